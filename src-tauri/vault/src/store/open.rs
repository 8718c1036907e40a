//! Opening an existing vault.

use std::path::Path;

use sqlx::Connection;

use super::{Vault, schema};
use crate::error::VaultError;
use crate::files;

impl Vault {
    /// Whether the folder holds a vault, readable or not.
    pub fn exists(home: &Path) -> bool {
        std::fs::symlink_metadata(files::database_path(home)).is_ok()
    }

    /// Opens a vault, locked. Brings an older schema up to date. A file or folder that cannot be written is opened
    /// for reading, which [`Vault::info`] says.
    ///
    /// # Errors
    /// [`VaultError::NoVault`], [`VaultError::NewerVersion`], [`VaultError::NotADatabase`],
    /// [`VaultError::OtherApplication`], [`VaultError::UnsafePath`], [`VaultError::Damaged`], [`VaultError::ReadOnly`]
    /// (an older schema in a file that cannot be written) and [`VaultError::File`]; nothing was written then.
    pub async fn open(home: &Path) -> Result<Self, VaultError> {
        if !Self::exists(home) {
            return Err(VaultError::NoVault(home.to_owned()));
        }
        files::refuse_strangers(home)?;
        let path = files::database_path(home);
        schema::check_file(&path)?;
        let folder_writable = files::writable(home);
        let read_only = !folder_writable || !files::writable(&path);
        let log_is_long = !read_only && files::log_length(&path) > schema::LONG_LOG;
        let mut connection = if read_only {
            schema::connect_reading(&path, folder_writable).await?
        } else {
            for file in files::with_companions(&path).iter().filter(|file| file.exists()) {
                files::set_mode(file, 0o600).map_err(VaultError::file("the vault cannot be closed to others"))?;
            }
            schema::connect(&path).await?
        };
        // Another schema may have another table for this; then the long way says what is the matter.
        let facts = schema::read_all(&mut connection, read_only).await;
        if let Ok(schema::OpeningFacts { info, schema: schema::SCHEMA, keys }) = facts {
            if log_is_long {
                schema::shorten_log(&mut connection).await;
            }
            let vault = Self::new(home, connection, info);
            vault.keep_facts(keys);
            return Ok(vault);
        }
        match schema::schema_of(&mut connection).await? {
            found if found > schema::SCHEMA => {
                connection.close().await?;
                return Err(VaultError::NewerVersion { found, known: schema::SCHEMA });
            }
            found if found < schema::SCHEMA && read_only => return Err(VaultError::ReadOnly),
            found if found < schema::SCHEMA => {
                let folder = home.to_owned();
                // Waits for another process that migrates; then there is nothing left to do.
                let _lock = tokio::task::spawn_blocking(move || files::lock_home(&folder))
                    .await
                    .map_err(|_| VaultError::Closed)??;
                schema::migrate(&mut connection).await?;
            }
            _ => {}
        }
        let info = schema::read_info(&mut connection, read_only).await?;
        Ok(Self::new(home, connection, info))
    }
}

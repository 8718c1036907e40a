// The one list of commands. The build script makes permissions of it, the shell a handler, the tests compare the
// page's bindings and the capability with it.
macro_rules! with_commands {
    ($then:ident) => {
        $then![
            startup,
            key_status,
            vault_create,
            vault_unlock,
            vault_recover,
            recovery_kit_create,
            choose_recovery_kit_target,
            choose_recovery_kit,
            provider_list,
            provider_files,
            form_check,
            detect,
            choose_import_file,
            import_plan,
            import_store,
            import_forget,
            credential_list,
            credential_counts,
            credential_show,
            credential_add,
            credential_edit,
            credential_set_enabled,
            credential_check,
            credential_check_all,
            credential_check_all_stop,
            credential_delete_impact,
            credential_delete,
            organisation_create,
            organisation_select,
            set_theme,
            copy_text,
            open_provider_page,
            page_ready,
        ]
    };
}

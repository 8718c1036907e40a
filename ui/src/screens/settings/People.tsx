import { useState } from "react";
import {
  asErrorView,
  call,
  usePeople,
  usePeopleChange,
  type OrganisationView,
  type PersonView,
  type StartupView,
} from "../../backend";
import { i18n } from "../../i18n";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/icons";
import { Tag } from "../../parts/Mark";
import { useNotify } from "../../parts/notices";
import { Problem } from "../../parts/Status";
import { dateOnly, number } from "../../parts/time";
import { roleName } from "../../parts/words";
import { HandOver, NameDialog, PersonDialog, RemovePerson } from "./PeopleDialogs";
import styles from "./People.module.css";
import { ReturnToOwner } from "./ReturnToOwner";
import settings from "./Settings.module.css";

type Asked =
  | { what: "organisation"; organisation: OrganisationView | null }
  | { what: "person"; person: PersonView | null }
  | { what: "remove"; person: PersonView }
  | { what: "use"; person: PersonView };

/** Organisations, people and their roles, and who is at this computer. */
export default function People({ startup }: { startup: StartupView }) {
  const admin = startup.person?.role === "super_admin";
  const { data: all, error } = usePeople(admin);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  return (
    <>
      <div className={settings.bar}>
        <h1>{i18n._("Organisations and people")}</h1>
      </div>
      <div className={settings.page}>
        {startup.person && <Here person={startup.person} />}
        {/* Whoever handed this computer over may not ask any more; that is no trouble to be told of. */}
        {admin && error && <Problem error={asErrorView(error)} />}
        {admin && all && (
          <>
            <Organisations
              organisations={all.organisations}
              onName={(organisation) => setAsked({ what: "organisation", organisation })}
            />
            <section className={settings.section} aria-label={i18n._("People")}>
              <div className={styles.head}>
                <h2>{i18n._("People")}</h2>
                <Button onPress={() => setAsked({ what: "person", person: null })}>
                  <Icon name="plus" />
                  {i18n._("Add person")}
                </Button>
              </div>
              <p>
                {i18n._("Members see the masked inventory and use credentials; admins also change them.")}
              </p>
              <ul className={styles.list}>
                {all.people.map((person) => (
                  <li key={person.id} aria-label={person.name}>
                    <span className={styles.name}>
                      <bdi>{person.name}</bdi>
                      {person.owner && <Tag>{i18n._("owner")}</Tag>}
                      {person.here && <Tag>{i18n._("at this computer")}</Tag>}
                      <small>{rolesOf(person, all.organisations)}</small>
                    </span>
                    <Button onPress={() => setAsked({ what: "person", person })}>{i18n._("Edit")}</Button>
                    {!person.here && (
                      <Button look="ghost" onPress={() => setAsked({ what: "use", person })}>
                        {i18n._("Hand over…")}
                      </Button>
                    )}
                    {!person.owner && !person.here && (
                      <Button look="ghostDanger" onPress={() => setAsked({ what: "remove", person })}>
                        {i18n._("Remove…")}
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
            </section>
          </>
        )}
        {startup.person && !startup.person.owner && <ReturnToOwner />}
      </div>
      {asked?.what === "organisation" && <NameDialog organisation={asked.organisation} onClose={close} />}
      {asked?.what === "person" && (
        <PersonDialog
          person={asked.person}
          organisations={(all?.organisations ?? []).filter((o) => o.archived_at === null)}
          onClose={close}
        />
      )}
      {asked?.what === "remove" && <RemovePerson person={asked.person} onClose={close} />}
      {asked?.what === "use" && <HandOver person={asked.person} onClose={close} />}
    </>
  );
}

function Here({ person }: { person: PersonView }) {
  return (
    <section className={settings.section} aria-label={i18n._("At this computer")}>
      <h2>{i18n._("At this computer")}</h2>
      <p className={styles.here}>
        <Icon name="person" />
        <span>
          <bdi>{person.name}</bdi> · {roleName(person.role)}
        </span>
      </p>
    </section>
  );
}

function Organisations(props: {
  organisations: OrganisationView[];
  onName: (organisation: OrganisationView | null) => void;
}) {
  const notify = useNotify();
  const archive = usePeopleChange((request: { id: string; archived: boolean }) =>
    call("organisationArchive", request),
  );
  const put = (organisation: OrganisationView, archived: boolean) =>
    archive.mutate(
      { id: organisation.id, archived },
      {
        onSuccess: () =>
          notify(
            archived
              ? i18n._("“{name}” is archived. Nothing of it is lost or used.", { name: organisation.name })
              : i18n._("“{name}” is restored.", { name: organisation.name }),
          ),
        onError: (thrown) => notify(asErrorView(thrown).message, true),
      },
    );
  return (
    <section className={settings.section} aria-label={i18n._("Organisations")}>
      <div className={styles.head}>
        <h2>{i18n._("Organisations")}</h2>
        <Button onPress={() => props.onName(null)}>
          <Icon name="plus" />
          {i18n._("Add organisation")}
        </Button>
      </div>
      <p>
        {i18n._(
          "Each keeps its credentials apart. An archived one is not shown, used or changed until restored.",
        )}
      </p>
      <ul className={styles.list}>
        {props.organisations.map((organisation) => (
          <li key={organisation.id} aria-label={organisation.name}>
            <span className={styles.name}>
              <bdi>{organisation.name}</bdi>
              {organisation.archived_at !== null && <Tag>{i18n._("archived")}</Tag>}
              <small>
                {i18n._("{count, plural, one {# credential} other {# credentials}}", {
                  count: organisation.credentials,
                })}
                {organisation.archived_at !== null &&
                  ` · ${i18n._("since {day}", { day: dateOnly(organisation.archived_at) })}`}
              </small>
            </span>
            <Button onPress={() => props.onName(organisation)}>{i18n._("Rename")}</Button>
            <Button
              look="ghost"
              isDisabled={archive.isPending}
              onPress={() => put(organisation, organisation.archived_at === null)}
            >
              {organisation.archived_at === null ? i18n._("Archive") : i18n._("Restore")}
            </Button>
          </li>
        ))}
      </ul>
      {props.organisations.length === 0 && (
        <p>{i18n._("There are {count} organisations.", { count: number(0) })}</p>
      )}
    </section>
  );
}

function rolesOf(person: PersonView, organisations: OrganisationView[]): string {
  if (person.role === "super_admin" || person.role === "nobody") return roleName(person.role);
  const names = (ids: string[]) =>
    ids.map((id) => organisations.find((o) => o.id === id)?.name ?? id).join(", ");
  const parts = [];
  if (person.admin_of.length > 0) parts.push(i18n._("Admin of {names}", { names: names(person.admin_of) }));
  if (person.member_of.length > 0)
    parts.push(i18n._("Member of {names}", { names: names(person.member_of) }));
  return parts.join(" · ");
}

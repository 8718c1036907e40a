import type { OrganisationView, PersonView } from "../backend";

// The program decides; the page only hides what would be refused.

/** Whether a person may change what belongs to an organisation, or what is system-wide (`null`). */
export function mayChange(person: PersonView | null | undefined, organisation: string | null): boolean {
  if (!person) return false;
  if (person.role === "super_admin") return true;
  return organisation !== null && person.admin_of.includes(organisation);
}

/** Whether a person may add anything anywhere. */
export function mayAdd(person: PersonView | null | undefined): boolean {
  return person?.role === "super_admin" || (person?.admin_of.length ?? 0) > 0;
}

/** The organisations to which a person may add. */
export function ownersFor(
  person: PersonView | null,
  organisations: OrganisationView[],
): { value: string; label: string }[] {
  return organisations.filter((o) => mayChange(person, o.id)).map((o) => ({ value: o.id, label: o.name }));
}

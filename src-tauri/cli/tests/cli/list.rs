//! The list with operators and orders, and the inventory.

use crate::place::Place;

fn names(place: &Place, arguments: &[&str]) -> Vec<String> {
    let mut all = vec!["list", "--json"];
    all.extend(arguments);
    let listed = place.run(&all).ends(0).json();
    listed["items"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_empty_list_says_what_to_do_first() {
    let place = Place::new();
    assert!(place.run(&["list"]).ends(0).says("0 credentials. Add the first: strongroom add"));
    assert!(!place.run(&["list", "--search", "weather"]).ends(0).says("Add the first"));
    place.add_token("Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2");
    assert!(place.run(&["list"]).ends(0).says("1 credential") && !place.run(&["list"]).says("Add the first"));
}

#[test]
fn operators_and_orders_stand_in_the_search() {
    let place = Place::new();
    place.add_token("Weather", "WEATHER_TOKEN", "FAKE-weather-token-a1b2");
    place.add_token("Billing", "BILLING_TOKEN", "FAKE-billing-token-c3d4");
    place.run(&["disable", "Weather"]).ends(0);
    assert_eq!(names(&place, &[]), ["Billing", "Weather"]);
    assert_eq!(names(&place, &["--descending"]), ["Weather", "Billing"]);
    assert_eq!(names(&place, &["--sort", "created"]), ["Weather", "Billing"]);
    assert_eq!(names(&place, &["--sort", "status"]), ["Billing", "Weather"], "what is off goes last");
    assert_eq!(names(&place, &["--search", "status:disabled"]), ["Weather"]);
    assert_eq!(names(&place, &["--search", "provider:api-token used:0 key:bill"]), ["Billing"]);
    assert_eq!(names(&place, &["--search", "tail:a1b2"]), ["Weather"]);
    assert!(names(&place, &["--search", "status:disabled", "--status", "works"]).is_empty());

    let unknown = place.run(&["list", "--json", "--search", "colour:red"]).ends(2);
    assert_eq!(unknown.error_kind(), "invalid_input");
    assert!(unknown.says("There are: provider, type, status"));
    place.run(&["list", "--sort", "colour"]).ends(2);
    let page = place.run(&["list", "--json", "--limit", "1"]).ends(0).json();
    let cursor = page["next"].as_str().unwrap();
    assert_eq!(names(&place, &["--after", cursor]), ["Weather"]);
    let other = place.run(&["list", "--after", cursor, "--sort", "created", "--json"]).ends(2);
    assert_eq!(other.error_kind(), "bad_cursor", "a cursor of another order");
}

#[test]
fn an_inventory_is_printed_or_written_and_holds_no_value() {
    let place = Place::new();
    place.add_token("=1+1", "WEATHER_TOKEN", "FAKE-weather-token-a1b2");
    let csv = place.run(&["inventory", "--format", "csv"]).ends(0);
    assert!(csv.says("\"'=1+1\"") && csv.says("••••a1b2"), "text for a spreadsheet, not a formula");
    assert!(!csv.says("FAKE-weather"));
    let json = place.run(&["inventory", "--format", "json", "--search", "status:not_checked"]).ends(0).json();
    assert_eq!((&json["total"], &json["items"][0]["name"]), (&1.into(), &"=1+1".into()));
    let file = place.path("inventory.html");
    let write = ["inventory", "--format", "html", "--output", file.to_str().unwrap(), "--json"];
    assert_eq!(place.run(&write).ends(0).json()["credentials"], 1);
    assert!(std::fs::read_to_string(&file).unwrap().contains("=1+1"));
    assert_eq!(place.run(&write).ends(2).error_kind(), "invalid_input", "an existing file is left alone");
    place.run(&["inventory", "--format", "pdf"]).ends(2);
}

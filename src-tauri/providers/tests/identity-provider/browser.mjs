// Plays the browser and the person in it: follows the provider's pages, signs in and agrees, or goes back.
//
// node browser.mjs URL [agree|deny|leave]. Prints where it ended and the text of that page.
const [start, wish = "agree"] = process.argv.slice(2);
const jar = new Map();

async function open(address, options = {}) {
  let url = address;
  let how = options;
  for (let hop = 0; hop < 20; hop += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { ...how, redirect: "manual", headers: { ...how.headers, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(";");
      const at = pair.indexOf("=");
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    const to = answer.headers.get("location");
    if (to === null) return { url, status: answer.status, text: await answer.text() };
    url = new URL(to, url).href;
    how = {};
  }
  throw new Error("the provider sends from page to page");
}

let page = await open(start);
for (let step = 0; step < 5 && wish !== "leave"; step += 1) {
  const prompt = /name="prompt" value="(\w+)"/.exec(page.text)?.[1];
  if (prompt === undefined) break;
  if (wish === "deny") {
    page = await open(new URL(/href="([^"]*\/abort)"/.exec(page.text)[1], page.url).href);
    continue;
  }
  const action = new URL(/action="([^"]*)"/.exec(page.text)[1], page.url).href;
  const body = new URLSearchParams({ prompt, login: "priya", password: "FAKE-password" });
  page = await open(action, { method: "POST", body });
}
console.log(`${page.status} ${page.url}\n${page.text}`);

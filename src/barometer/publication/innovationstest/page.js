"use strict";
// The test in a browser. Everything it knows is in the page; nothing that is answered leaves it.
const DATA = JSON.parse(document.getElementById("data").textContent);
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const KEY = `innovationstest-${DATA.codebook}-${DATA.mark}`;
const SVG = "http://www.w3.org/2000/svg";
const QUESTIONS = new Map(DATA.questions.map((question) => [question.name, question]));
const PLACE = Object.keys(DATA.profile)[0];
let state = DATA.given || restored() || fresh();

// --- words -----------------------------------------------------------------------------------------------------------

function side(label) { return label[state.lang === "da" ? 0 : 1]; }

function say(name, values = {}) {
  return side(DATA.texts[name]).replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
}

function whole(share) { return Math.floor(100 * share + 0.5 + 1e-9); }

function percent(share) { return state.lang === "da" ? `${whole(share)}\u202f%` : `${whole(share)}%`; }

function span(low, high) { return `${whole(low)}\u2013${percent(high)}`; }

// --- state -----------------------------------------------------------------------------------------------------------

function fresh() {
  const danish = (navigator.language || "da").toLowerCase().startsWith("da");
  return { lang: danish ? "da" : "en", profile: {}, answers: {}, step: "profile" };
}

function restored() {
  let found = null;
  try { found = JSON.parse(localStorage.getItem(KEY)); } catch { return null; }
  if (!found || typeof found !== "object") return null;
  const clean = fresh();
  if (found.lang === "da" || found.lang === "en") clean.lang = found.lang;
  const sector = found.profile && found.profile[PLACE];
  if (typeof sector === "string" && Object.hasOwn(DATA.sectors, sector)) clean.profile[PLACE] = sector;
  for (const question of DATA.questions) {
    const answer = possible(question, found.answers && found.answers[question.name]);
    if (answer !== undefined) clean.answers[question.name] = answer;
  }
  const known = found.step === "result" || QUESTIONS.has(found.step);
  if (known && clean.profile[PLACE]) clean.step = found.step;
  return clean;
}

function possible(question, answer) {
  const codes = question.answers.map((each) => each.code);
  if (question.kind === "single") return codes.includes(answer) ? answer : undefined;
  if (!answer || typeof answer !== "object") return undefined;
  if (question.kind === "multi") {
    const ticks = codes.filter((code) => Array.isArray(answer) && answer.includes(code));
    const alone = question.answers.some((each) => each.alone && ticks.includes(each.code));
    if (!ticks.length || (alone && ticks.length > 1)) return undefined;
    return question.most && ticks.length > question.most ? undefined : ticks;
  }
  const rows = question.items.map((item) => item.code).filter((row) => codes.includes(answer[row]));
  return rows.length ? Object.fromEntries(rows.map((row) => [row, answer[row]])) : undefined;
}

function keep() {
  if (DATA.given) return;
  try { localStorage.setItem(KEY, JSON.stringify(state)); } catch { /* a browser that keeps nothing: the test still works */ }
}

function forget() {
  try { localStorage.removeItem(KEY); } catch { /* nothing was kept */ }
  state = { ...fresh(), lang: state.lang };
}

// --- routing ---------------------------------------------------------------------------------------------------------

function columns(answers) {
  const found = {};
  for (const question of DATA.questions) {
    const answer = answers[question.name];
    if (answer === undefined) continue;
    if (question.kind === "single") found[question.name] = answer;
    else if (question.kind === "grid") for (const [row, code] of Object.entries(answer)) found[`${question.name}.${row}`] = code;
    else for (const each of question.answers) found[`${question.name}.${each.code}`] = answer.includes(each.code) ? "yes" : "no";
  }
  return found;
}

function holds(condition, found) {
  if (condition.all) return condition.all.every((part) => holds(part, found));
  if (condition.any) return condition.any.some((part) => holds(part, found));
  if (condition.not) return !holds(condition.not, found);
  const count = condition.columns.filter((name) => condition.answers.includes(found[name])).length;
  return condition.counts ? condition.counts.includes(count) : count > 0;
}

function asked() {
  const answers = {};
  return DATA.questions.filter((question) => {
    const is = holds(question.condition, columns(answers));
    if (is && question.name in state.answers) answers[question.name] = state.answers[question.name];
    return is;
  });
}

function given() {
  const known = asked().filter((question) => question.name in state.answers);
  return Object.fromEntries(known.map((question) => [question.name, state.answers[question.name]]));
}

function steps() { return ["profile", ...asked().map((question) => question.name), "result"]; }

// --- the short code --------------------------------------------------------------------------------------------------

function letters(number, length) {
  let text = "";
  for (let place = length - 1; place >= 0; place -= 1) text += ALPHABET[Number((number >> BigInt(5 * place)) & 31n)];
  return text;
}

function crc32(text) {
  let crc = 0xffffffff;
  for (const letter of text) {
    crc ^= letter.charCodeAt(0);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function digit(slot, answers) {
  const value = slot.name in DATA.profile && !slot.part ? state.profile[slot.name] : answers[slot.name];
  if (value === undefined) return 0;
  if (typeof value === "string") return slot.codes.indexOf(value) + 1;
  if (Array.isArray(value)) return value.includes(slot.part) ? 1 : 0;
  return slot.codes.indexOf(value[slot.part]) + 1;
}

function shortCode() {
  const answers = given();
  let number = 0n;
  for (const slot of DATA.slots) number = number * BigInt(slot.codes.length + 1) + BigInt(digit(slot, answers));
  const body = DATA.mark + letters(number, DATA.length);
  return (body + letters(BigInt(crc32(body)), DATA.mark.length)).match(/.{1,5}/g).join("-");
}

function answerFile() {
  const about = { format: DATA.format, version: DATA.version, codebook: DATA.codebook, wave: DATA.wave };
  const notes = DATA.notes.map(side);
  return JSON.stringify({ ...about, code: shortCode(), profile: state.profile, answers: given(), compared_with: notes }, null, 2);
}

// --- making elements -------------------------------------------------------------------------------------------------

function make(tag, attributes = {}, ...inside) {
  const element = tag.startsWith("svg:") ? document.createElementNS(SVG, tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...inside);
  return element;
}

function button(name, act, kind = "") { return make("button", { type: "button", class: kind, "data-act": name, click: act }, say(name)); }

function tell(message) { document.getElementById("status").textContent = message; }

// --- the steps -------------------------------------------------------------------------------------------------------

function go(step) {
  state.step = step;
  keep();
  show();
  document.querySelector("main h1").focus();
  scrollTo(0, 0);
}

function move(by) {
  const way = steps();
  go(way[Math.max(0, Math.min(way.length - 1, way.indexOf(state.step) + by))]);
}

function profileStep() {
  const empty = make("option", { value: "" }, say("choose"));
  const options = Object.keys(DATA.sectors).map((code) =>
    make("option", { value: code, selected: state.profile[PLACE] === code }, side(DATA.sectors[code].label)));
  const choose = (event) => {
    state.profile = event.target.value ? { [PLACE]: event.target.value } : {};
    keep();
  };
  return [
    make("p", {}, say("welcome")),
    make("p", {}, say("private")),
    make("label", { for: "sector" }, say("sector")),
    make("select", { id: "sector", change: choose }, empty, ...options),
  ];
}

function tick(question, code, box) {
  const alone = new Set(question.answers.filter((each) => each.alone).map((each) => each.code));
  let ticks = (state.answers[question.name] || []).filter((each) => each !== code);
  tell("");
  if (box.checked && alone.has(code)) ticks = [code];
  else if (box.checked) {
    ticks = ticks.filter((each) => !alone.has(each));
    if (question.most && ticks.length >= question.most) {
      box.checked = false;
      tell(say("too_many", { most: question.most }));
      return;
    }
    ticks.push(code);
  }
  const order = question.answers.map((each) => each.code);
  ticks.sort((one, other) => order.indexOf(one) - order.indexOf(other));
  if (ticks.length) state.answers[question.name] = ticks; else delete state.answers[question.name];
  for (const each of document.querySelectorAll("main input")) each.checked = ticks.includes(each.value);
  keep();
}

function pick(question, row, code) {
  if (row === null) state.answers[question.name] = code;
  else state.answers[question.name] = { ...state.answers[question.name], [row]: code };
  keep();
}

function choices(question, row) {
  const answer = state.answers[question.name];
  const held = row === null ? answer : (answer || {})[row];
  const multi = question.kind === "multi";
  const name = row === null ? question.name : `${question.name}.${row}`;
  const boxes = question.answers.map((each) => {
    const checked = multi ? (answer || []).includes(each.code) : held === each.code;
    const change = (event) => (multi ? tick(question, each.code, event.target) : pick(question, row, each.code));
    const box = make("input", { type: multi ? "checkbox" : "radio", name, value: each.code, checked, change });
    return make("label", {}, box, make("span", {}, side(each.label)));
  });
  return make("div", { class: "choices" }, ...boxes);
}

function questionStep(question) {
  const hint = question.kind === "multi" ? say(question.most ? "at_most" : "several", { most: question.most }) : say(`one_${question.kind}`);
  if (question.kind !== "grid") {
    const legend = make("legend", {}, `${side(question.label)} `, make("span", { class: "quiet" }, hint));
    return [make("fieldset", {}, legend, choices(question, null))];
  }
  const rows = question.items.map((item) => make("fieldset", {}, make("legend", {}, side(item.label)), choices(question, item.code)));
  return [make("p", {}, side(question.label)), make("p", { class: "quiet" }, hint), make("div", { class: "grid" }, ...rows)];
}

// --- the result ------------------------------------------------------------------------------------------------------

function own(measure, answers) {
  let answer = answers[measure.question];
  if (measure.item && answer) answer = answer[measure.item];
  if (answer === undefined) return "none";
  const said = Array.isArray(answer) ? answer : [answer];
  if (said.some((code) => measure.codes.includes(code))) return "yes";
  const unsure = QUESTIONS.get(measure.question).answers.filter((each) => said.includes(each.code)).map((each) => each.is);
  return ["dont_know", "not_relevant"].find((each) => unsure.includes(each)) || "no";
}

function rows() {
  const answers = given();
  const shares = DATA.groups[DATA.sectors[state.profile[PLACE]].group].shares;
  return DATA.measures.map((measure, place) => {
    const known = shares[place] && { share: shares[place][0], low: shares[place][1], high: shares[place][2], n: shares[place][3] };
    const mine = own(measure, answers);
    const rare = known && mine === "yes" && known.high < DATA.rare;
    const lacking = known && mine === "no" && measure.tick && known.low > 1 - DATA.rare;
    return { measure, known, own: mine, unusual: rare ? "rare" : lacking ? "lacking" : "" };
  });
}

function bar(known) {
  const line = { y1: 6, y2: 6, x1: 100 * known.low, x2: 100 * known.high };
  return make("svg:svg", { viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    make("svg:rect", { class: "ground", width: 100, height: 12 }),
    make("svg:rect", { class: "bar", width: 100 * known.share, height: 12 }),
    make("svg:line", { ...line, class: "halo" }), make("svg:line", { ...line, class: "span" }));
}

function chartRow(row) {
  const marks = [row.own === "yes" ? "said" : "", row.unusual ? "odd" : ""].join(" ").trim();
  const number = row.known ? `${percent(row.known.share)} (${span(row.known.low, row.known.high)})` : say("hidden");
  const drawn = row.known ? [bar(row.known)] : [];
  return make("tr", { class: marks, "data-indicator": row.measure.indicator },
    make("th", { scope: "row" }, side(row.measure.label)),
    make("td", { class: "own" }, say(`own_${row.own}`)),
    make("td", {}, ...drawn, make("span", { class: "number" }, number)));
}

function chart(question, found) {
  const mine = found.filter((row) => row.measure.question === question.name);
  const sizes = mine.map((row) => row.known && row.known.n).filter(Boolean);
  const base = sizes.length ? say("base", { n: Math.max(...sizes) }) : "";
  const heads = ["column_item", "column_own", "peer_share"].map((name) => make("th", { scope: "col" }, say(name)));
  const beside = DATA.associations.filter((each) => each.question === question.name);
  const unasked = asked().includes(question) ? [] : [make("p", { class: "quiet" }, say("not_asked"))];
  const lines = beside.map((each) => make("p", { class: "quiet goes-with" }, side(each.text)));
  return [
    make("h2", {}, side(question.title)),
    make("p", { class: "quiet asked" }, `${side(question.label)} ${base}`),
    ...unasked,
    make("table", { "aria-label": side(question.title) },
      make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...mine.map(chartRow))),
    ...(lines.length ? [make("p", { class: "quiet" }, make("strong", {}, say("goes_with"))), ...lines] : []),
  ];
}

function finding(row) {
  return say(`finding_${row.unusual}`, {
    question: side(QUESTIONS.get(row.measure.question).title), item: side(row.measure.label),
    share: percent(row.known.share), interval: span(row.known.low, row.known.high),
  });
}

function resultStep() {
  const found = rows();
  const odd = found.filter((row) => row.unusual);
  const group = DATA.sectors[state.profile[PLACE]];
  const compared = found.filter((row) => row.known && (row.own === "yes" || (row.own === "no" && row.measure.tick))).length;
  const name = odd.length ? "headline" : compared ? "headline_none" : "headline_nothing";
  return [
    ...(DATA.synthetic ? [make("p", { class: "note" }, side(DATA.notes[0]))] : []),
    make("p", { id: "headline" }, make("strong", {}, say(name, { found: odd.length, compared, group: side(DATA.groups[group.group].label) }))),
    make("ul", { id: "findings" }, ...odd.map((row) => make("li", {}, finding(row)))),
    make("p", { class: "quiet" }, say("rule", { rare: percent(DATA.rare) })),
    make("p", { class: "quiet" }, side(group.note)),
    make("p", { class: "quiet" }, say("reading")),
    ...(DATA.associations.length ? [make("p", { class: "quiet" }, make("strong", {}, say("goes_with")), `: ${say("no_advice")}`)] : []),
    ...DATA.questions.flatMap((question) => chart(question, found)),
    make("section", { class: "screen" }, make("h2", {}, say("take_away")), make("p", {}, say("take_away_text")),
      make("output", { id: "code", tabindex: "0", "aria-label": say("code") }, shortCode())),
  ];
}

function download() {
  const address = URL.createObjectURL(new Blob([answerFile()], { type: "application/json" }));
  make("a", { href: address, download: `${DATA.format}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function restart() {
  if (!confirm(say("sure"))) return;
  forget();
  go("profile");
}

function buttons() {
  const forward = state.step === "profile" ? say("begin") : say("next");
  const next = make("button", { type: "button", class: "next", "data-act": "next", click: () => {
    if (state.step === "profile" && !state.profile[PLACE]) return tell(say("choose_first"));
    return move(1);
  } }, forward);
  const list = state.step === "profile" ? [] : [button("back", () => move(-1))];
  if (state.step !== "result") return make("div", { class: "buttons" }, ...list, next);
  return make("div", { class: "buttons" }, ...list, button("print", () => print(), "next"), button("download", download), button("restart", restart));
}

// --- the page --------------------------------------------------------------------------------------------------------

function heading() {
  if (state.step === "profile") return say("title");
  if (state.step === "result") return say("result");
  return side(QUESTIONS.get(state.step).title);
}

function progress(way) {
  const at = way.indexOf(state.step);
  if (state.step === "profile" || state.step === "result") return [];
  const most = at + DATA.questions.length - 1 - DATA.questions.indexOf(QUESTIONS.get(state.step));
  const label = say("progress", { at, of: most });
  return [make("p", { class: "quiet" }, label), make("progress", { max: most, value: at, "aria-label": label })];
}

function show() {
  const way = steps();
  if (!way.includes(state.step)) state.step = "profile";
  document.documentElement.lang = state.lang;
  document.title = say("title");
  const step = state.step === "profile" ? profileStep() : state.step === "result" ? resultStep() : questionStep(QUESTIONS.get(state.step));
  const status = make("p", { id: "status", role: "status", "aria-live": "polite" });
  document.querySelector("main").replaceChildren(
    ...progress(way), make("h1", { tabindex: "-1" }, heading()), ...step, ...(DATA.given ? [] : [status, buttons()]));
  document.querySelector("footer").replaceChildren(...DATA.notes.map((note, place) => make("p", { class: DATA.synthetic && place === 0 ? "note" : "quiet" }, side(note))));
  const languages = [["da", "Dansk"], ["en", "English"]].map(([lang, name]) =>
    make("button", { type: "button", lang, "aria-pressed": String(state.lang === lang), click: () => { state.lang = lang; keep(); show(); } }, name));
  document.querySelector("header").replaceChildren(
    make("p", {}, side(DATA.name)), make("nav", { "aria-label": say("language"), class: "buttons" }, ...(DATA.given ? [] : languages)));
}

show();

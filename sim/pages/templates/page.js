"use strict";
// A button below every table copies it as rows and columns that a spreadsheet takes.
for (const box of document.querySelectorAll(".table")) {
  const table = box.querySelector("table");
  const button = document.createElement("button");
  const said = document.createElement("span");
  button.type = "button";
  button.textContent = "Copy the table";
  button.setAttribute("aria-label", `Copy the table: ${box.querySelector(".caption").textContent}`);
  said.className = "copied note";
  said.setAttribute("role", "status");
  const row = document.createElement("p");
  row.append(button, " ", said);
  box.append(row);
  button.addEventListener("click", () => {
    const rows = [...table.rows].map((r) => [...r.cells].map((c) => c.textContent).join("\t"));
    const copied = (event) => {
      event.preventDefault();
      event.clipboardData.setData("text/plain", rows.join("\n"));
    };
    document.addEventListener("copy", copied, { once: true });
    const done = document.execCommand("copy");
    document.removeEventListener("copy", copied);
    said.textContent = done ? "Copied." : "Not copied: select the table and copy it by hand.";
  });
}
// A link into something folded opens it.
function unfold() {
  const at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let up = at; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
  if (at) at.scrollIntoView();
}
window.addEventListener("hashchange", unfold);
if (location.hash) unfold();

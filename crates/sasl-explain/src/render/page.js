
"use strict";
for (const text of document.querySelectorAll("pre")) {
  if (!navigator.clipboard) break;
  const held = document.createElement("div");
  held.className = "held";
  text.replaceWith(held);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Failed";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  held.append(text, button);
}

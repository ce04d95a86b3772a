// Everything works without this file; it only makes pages nicer.
"use strict";
(() => {
	const each = (selector, fn) => document.querySelectorAll(selector).forEach(fn);

	// The reader's zone, where nobody has chosen one yet. A select keeps its value if it does not know the zone.
	const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
	each("[data-zone]", (el) => {
		if (!zone || el.value) return;
		if (el.options && ![...el.options].some((o) => o.value === zone)) return;
		el.value = zone;
	});

	// navigator.clipboard exists only on https and localhost, hence the older way beside it.
	const copy = async (el) => {
		const text = "value" in el ? el.value : el.textContent.trim();
		if (navigator.clipboard) return navigator.clipboard.writeText(text);
		if (el.select) el.select();
		else getSelection().selectAllChildren(el);
		if (!document.execCommand("copy")) throw new Error("not copied");
	};
	each("button[data-copy]", (button) => {
		const source = document.getElementById(button.dataset.copy);
		if (!source) return;
		const word = button.querySelector("span") || button;
		const before = word.textContent;
		word.setAttribute("aria-live", "polite");
		button.hidden = false;
		let timer;
		button.addEventListener("click", async () => {
			try {
				await copy(source);
			} catch {
				// Leave the text selected, so that the keyboard can copy it.
				if (source.select) source.select();
				return;
			}
			word.textContent = button.dataset.copied || before;
			clearTimeout(timer);
			timer = setTimeout(() => { word.textContent = before; }, 3000);
		});
	});

	// A file that is too large is said to be so before it is sent.
	each("input[data-most]", (el) => el.addEventListener("change", () => {
		const file = el.files[0];
		el.setCustomValidity(file && file.size > el.dataset.most ? el.dataset.big : "");
		el.reportValidity();
	}));

	// Ask before unsaved words are lost. A form shown again with an error was not saved either.
	let unsaved = false;
	each("form[data-unsaved]", (form) => {
		if (form.querySelector("[aria-invalid=true]")) unsaved = true;
		form.addEventListener("input", () => { unsaved = true; });
	});
	addEventListener("submit", () => { unsaved = false; });
	addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

	// A draft is kept while it is written. The form says in its own words that it was, and the answer what went wrong.
	each("form[data-keep]", (form) => {
		const note = form.querySelector("[data-kept]");
		const field = form.elements;
		let timer, busy = false, next;
		const keep = async () => {
			clearTimeout(timer);
			if (busy) { next = keep; return; }
			busy = true;
			const body = new URLSearchParams(new FormData(form));
			body.set("auto", "1");
			try {
				const answer = await fetch(form.action, { method: "POST", body });
				const text = (await answer.text()).trimEnd();
				if (answer.ok) {
					[field.id.value, field.version.value] = text.split(" ");
					unsaved = false;
				}
				note.textContent = answer.ok ? note.dataset.kept : text;
			} catch {
				note.textContent = note.dataset.lost;
			}
			busy = false;
			const then = next;
			next = undefined;
			if (then) then();
		};
		form.addEventListener("input", () => {
			unsaved = true;
			clearTimeout(timer);
			timer = setTimeout(keep, 2000);
		});
		form.addEventListener("submit", (event) => {
			clearTimeout(timer);
			if (!busy) return;
			event.preventDefault(); // what is under way would make this one look out of date
			next = () => form.requestSubmit(event.submitter);
		});
	});

	const first = document.querySelector("[data-focus]");
	if (first) first.focus();
})();

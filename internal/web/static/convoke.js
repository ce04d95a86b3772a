// Everything works without this file; it only makes pages nicer.
"use strict";
(() => {
	const each = (selector, fn) => document.querySelectorAll(selector).forEach(fn);

	// The reader's zone, where nobody has chosen one yet.
	const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
	each("[data-zone]", (el) => {
		if (!zone || el.value) return;
		el.value = zone;
		// Some browsers say a zone's older name, which is understood here.
		if (el.options && el.value !== zone) el.add(new Option(zone, zone, true, true));
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

	// Ask before unsaved words are lost: those of any form but the one that is sent. A form shown again with an error was not saved either.
	const unsaved = new Set();
	each("form[data-unsaved], form[data-keep]", (form) => {
		if (form.querySelector("[aria-invalid=true]")) unsaved.add(form);
		form.addEventListener("input", () => unsaved.add(form));
	});
	let sent;
	addEventListener("beforeunload", (event) => {
		if ([...unsaved].some((form) => form !== sent)) event.preventDefault();
		sent = undefined; // should the reader stay
	});

	// A draft is kept while it is written. The form says in its own words that it was, and the answer what went wrong.
	const keepers = new Map();
	each("form[data-keep]", (form) => {
		const note = form.querySelector("[data-kept]");
		const field = form.elements;
		let timer, written = 0, last = Promise.resolve();
		const send = async () => {
			if (!unsaved.has(form)) return;
			const before = written;
			const body = new URLSearchParams(new FormData(form));
			body.set("auto", "1");
			try {
				const answer = await fetch(form.action, { method: "POST", body, signal: AbortSignal.timeout(20000) });
				const text = (await answer.text()).trimEnd();
				if (!/^text\/plain\b/.test(answer.headers.get("Content-Type"))) throw new Error("not for us");
				if (answer.ok) {
					[field.id.value, field.version.value] = text.split(" ");
					if (written === before) unsaved.delete(form);
				}
				note.textContent = answer.ok ? note.dataset.kept : text;
			} catch {
				note.textContent = note.dataset.lost;
			}
		};
		// Each goes after the one before: what is under way would make the next look out of date.
		keepers.set(form, (now) => {
			clearTimeout(timer);
			if (now) last = last.then(send);
			return last;
		});
		form.addEventListener("input", () => {
			written++;
			clearTimeout(timer);
			timer = setTimeout(keepers.get(form), 2000, true);
		});
	});

	// Before a form is sent, all others are kept that can be.
	let waiting, next;
	addEventListener("submit", async (event) => {
		const form = event.target;
		if (form === next || keepers.size === 0) {
			sent = form;
			return;
		}
		event.preventDefault();
		if (waiting) return;
		waiting = true;
		const dropped = form.elements.drop?.checked ? form.closest("article").querySelector("form[data-keep]") : null;
		unsaved.delete(dropped);
		await Promise.all([...keepers].map(([other, keep]) => keep(other !== form && other !== dropped)));
		waiting = false;
		next = form;
		form.requestSubmit(event.submitter);
		next = undefined;
	});

	// What is folded away is printed.
	addEventListener("beforeprint", () => each("details.talk", (el) => { el.open = true; }));

	const first = document.querySelector("[data-focus]");
	if (first) first.focus();
})();

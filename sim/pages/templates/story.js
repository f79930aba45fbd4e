"use strict";
// One life on the page: whose it is, under which two strategies, and its picture.

const TRIES = 60000; // people looked through for one whose lives differ
const SEEN_DAYS = 30; // by which two deaths differ visibly

class Story {
  constructor(explorer) {
    this.explorer = explorer;
    this.told = explorer.told.life;
    this.engine = explorer.engine;
    this.reader = new PersonReader(explorer.layout.records);
    this.picture = new LifePicture(byId("life"), this.told);
    [this.person, this.one, this.other] = ["person", "first-strategy", "second-strategy"].map(byId);
    byId("whose-life").addEventListener("submit", (event) => { event.preventDefault(); this.tell(); });
    byId("whose-life").addEventListener("change", () => this.tell());
    byId("another").addEventListener("click", () => this.another());
  }

  // The life of the person who is named, under both strategies and the choices of the explorer.
  tell() {
    const found = this._named(this.person.value.trim());
    if (typeof found === "string") {
      byId("life-said").textContent = found;
      draw(byId("life"), 1, "Nobody", found, []);
      byId("courses").replaceChildren();
      return;
    }
    this._begin();
    const names = this._chosen().map((s) => this.explorer.told.labels[s]);
    const lives = names.map((name, s) => ({ name, life: livedOnce(this.engine, this.reader, found, s, this.told.codes) }));
    const { who } = lives[0].life;
    const stage = this.told.stages[who.stage];
    const title = `${who.sex ? "Woman" : "Man"}, ${Math.floor(who.age)} years, ` +
      `${this.told.diseases[who.primary]}${stage ? `, ${stage} stage` : ""}`;
    byId("life-said").textContent = `${title}. ${this.picture._words(lives)}`;
    this.picture.draw(lives, title);
    byId("courses").replaceChildren(...lives.flatMap(({ name, life }) => life.courses.map((course, i) => {
      const item = document.createElement("li");
      item.textContent = `${upper(name)}, course ${i + 1}: ${this.told.treatments[course.treatment]}, ` +
        `${this.told.places[course.place]}, day ${whole(course.start)}`;
      return item;
    })));
  }

  // The first person, in the order of the page, whose therapy is paused for care.
  first() {
    this._find((counts) => {
      counts.sort((a, b) => b[1] - a[1]); // the commonest cancers first
      let place = -1;
      return () => {
        place += 1;
        let left = place;
        for (const [group, n] of counts) {
          if (left < n) return [group, left];
          left -= n;
        }
        return null;
      };
    });
  }

  // Somebody else whose therapy is paused for care; chance decides who.
  another() {
    this._find((counts) => {
      const all = counts.reduce((sum, [, n]) => sum + n, 0);
      return () => {
        let left = Math.floor(Math.random() * all);
        for (const [group, n] of counts) {
          if (left < n) return [group, left];
          left -= n;
        }
        return null;
      };
    });
  }

  // Tell the life of the first person, among those that `order` gives, whose therapy is paused for care.
  _find(order) {
    const { ages, primaries, people } = this.explorer.asked;
    const next = order(this.explorer.plan.counts(ages, primaries, people));
    this._begin();
    for (let tries = 0; tries < TRIES; tries++) {
      const found = next();
      if (found === null) break;
      if (!this._differs(...found)) continue;
      const { primary, sex } = this.explorer.told.lived.ages[ages].groups[found[0]];
      this.person.value = this._identifier(primary, sex, found[1]);
      this.tell();
      return;
    }
    byId("life-said").textContent = "Nobody was found whose therapy is paused for care: choose more cancers or ages.";
  }

  _chosen() {
    return [Number(this.one.value), Number(this.other.value)];
  }

  _begin() {
    const asked = this.explorer.asked, n = this.explorer.told.lived.strategies.length;
    const sizes = { ...this.explorer._sizes(asked, 2, n), n_segments: 1 };
    this.engine.begin(sizes, this.explorer.plan.tables(asked.ages, asked.choices), this._chosen());
  }

  // Whether somebody's therapy is paused, and the strategies make a difference that can be seen.
  _differs(group, index) {
    const read = (strategy) => {
      const found = {};
      this.engine.person(group, index, strategy, (view) => {
        for (const name of ["n_courses", "n_pauses", "now"]) found[name] = this.reader.number(view, name);
      });
      return found;
    };
    const one = read(0);
    if (!one.n_courses || !one.n_pauses) return false;
    const other = read(1);
    return one.n_courses !== other.n_courses || Math.abs(one.now - other.now) > SEEN_DAYS;
  }

  _identifier(primary, sex, index) {
    const { primaries, window: { cohort_first: year } } = this.explorer.told.lived;
    return `${year}-${primaries[primary]}-${this.told.sexes[sex]}-${index}`;
  }

  // Group and index of an identifier, or what is wrong with it.
  _named(words) {
    const { primaries, ages, window: { cohort_first: year } } = this.explorer.told.lived;
    const parts = /^(\d{4})-([a-z_]+)-(male|female)-(\d{1,9})$/.exec(words);
    const like = this._identifier(0, 1, 12);
    if (!parts) return `${words ? `${words} is nobody` : "Nobody is named"}; write a person as in ${like}.`;
    if (Number(parts[1]) !== year) return `People of this page are diagnosed in ${year}: ${like}.`;
    const primary = primaries.indexOf(parts[2]), sex = this.told.sexes.indexOf(parts[3]);
    if (primary < 0) return `${parts[2]} is no cancer of this page: ${primaries.join(", ")}.`;
    const group = ages[this.explorer.asked.ages].groups.findIndex(
      (one) => one.primary === primary && one.sex === sex);
    const { primaries: kept, people, ages: chosen } = this.explorer.asked;
    const [, n] = this.explorer.plan.counts(chosen, kept, people).find(([g]) => g === group) ?? [group, 0];
    if (group < 0 || !n) return `Nobody of that sex and age has this cancer here: ${words}.`;
    if (Number(parts[4]) >= n) return `Here ${whole(n)} people have this sex and cancer: the last number is from 0 to ${n - 1}.`;
    return [group, Number(parts[4])];
  }
}

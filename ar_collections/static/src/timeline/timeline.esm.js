import {Component, onWillUpdateProps, useState} from "@odoo/owl";
import {deserializeDateTime, formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

const {DateTime} = luxon;

/**
 * Everything that happened, newest first: by family, day by day, each line with its
 * words; a line that says more is opened where it stands.
 */
export class Timeline extends Component {
    static template = "ar_collections.Timeline";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({family: false, page: this.value, open: {}, busy: false});
        onWillUpdateProps(async (next) => {
            const value = next.record.data[next.name];
            const moved = next.record.resId !== this.props.record.resId;
            if (moved) {
                Object.assign(this.state, {family: false, open: {}});
            }
            if (moved || value !== this.known) {
                this.known = value;
                this.state.page = this.state.family
                    ? await this.fetch(this.state.family, 0)
                    : value;
            }
        });
        this.known = this.value;
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get total() {
        return this.state.page.families.reduce((sum, family) => sum + family.count, 0);
    }

    get days() {
        const days = [];
        for (const entry of this.state.page.entries) {
            const date = deserializeDateTime(entry.date);
            const key = date.toISODate();
            if (!days.length || days[days.length - 1].key !== key) {
                days.push({key, label: this.dayLabel(date), entries: []});
            }
            const time = date.toLocaleString(DateTime.TIME_SIMPLE);
            days[days.length - 1].entries.push({...entry, time});
        }
        return days;
    }

    dayLabel(date) {
        const days = Math.round(
            DateTime.now().startOf("day").diff(date.startOf("day"), "days").days
        );
        if (days === 0) {
            return _t("Today");
        }
        return days === 1 ? _t("Yesterday") : formatDate(date);
    }

    fetch(family, offset) {
        const {resModel, resId} = this.props.record;
        return this.orm.call(resModel, "ar_timeline_page", [[resId], family, offset]);
    }

    async choose(family) {
        this.state.family = family;
        this.state.page = await this.fetch(family, 0);
    }

    async more() {
        const {page, family} = this.state;
        this.state.busy = true;
        const next = await this.fetch(family, page.entries.length);
        this.state.page = {...next, entries: [...page.entries, ...next.entries]};
        this.state.busy = false;
    }

    async toggle(entry) {
        if (!entry.has_body) {
            return;
        }
        if (this.state.open[entry.id]) {
            delete this.state.open[entry.id];
            return;
        }
        this.state.open[entry.id] = await this.orm.call("ar.event.link", "ar_body", [
            [entry.id],
        ]);
    }

    /** A message has its own style: it is shown apart, without scripts. */
    document(body) {
        const style =
            "body{font:14px/1.5 system-ui,sans-serif;margin:12px;overflow-wrap:anywhere}" +
            "img,table{max-width:100%}";
        return `<!doctype html><base target="_blank"><style>${style}</style>${body}`;
    }

    fit(event) {
        const height = event.target.contentDocument?.documentElement.scrollHeight;
        if (height) {
            event.target.style.height = `${Math.min(height + 4, 900)}px`;
        }
    }

    openRecord([resModel, resId]) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("ar_timeline", {
    component: Timeline,
    supportedTypes: ["json"],
});

import {Component} from "@odoo/owl";
import {formatMonetary} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

/** What an account owes, by age: one bar, and one figure for each age. */
export class Aging extends Component {
    static template = "ar_collections.Aging";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get parts() {
        const ages = this.props.record.data[this.props.name] || [];
        const total = ages.reduce((sum, age) => sum + Math.max(age.amount, 0), 0);
        const currencyId = this.props.record.data.currency_id?.id;
        return ages.map((age, index) => ({
            ...age,
            index,
            width: total ? (100 * Math.max(age.amount, 0)) / total : 0,
            money: formatMonetary(age.amount, {currencyId}),
        }));
    }

    async open(part) {
        if (!part.count) {
            return;
        }
        const action = await this.orm.call("ar.debtor", "action_open_aged", [
            [this.props.record.resId],
            part.from,
            part.to,
        ]);
        this.action.doAction(action);
    }
}

registry.category("fields").add("ar_aging", {
    component: Aging,
    supportedTypes: ["json"],
    fieldDependencies: [{name: "currency_id", type: "many2one", relation: "res.currency"}],
});

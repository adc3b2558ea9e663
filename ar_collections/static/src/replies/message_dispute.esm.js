/** One click on a customer's message opens a dispute from it. */
import {_t} from "@web/core/l10n/translation";
import {registerMessageAction} from "@mail/core/common/message_actions";
import {user} from "@web/core/user";

let mayDispute = false;
user.hasGroup("ar_collections.group_user").then((may) => {
    mayDispute = may;
});

registerMessageAction("ar-dispute", {
    condition: ({message}) =>
        mayDispute && message.thread?.model === "ar.debtor" && !message.isSelfAuthored,
    icon: "fa fa-gavel",
    name: _t("Open a dispute from this message"),
    onSelected: async ({message, store}) => {
        const thread = message.thread;
        const action = await store.env.services.orm.call(
            "ar.debtor",
            "ar_dispute_from_message",
            [[thread.id], message.id]
        );
        await store.env.services.action.doAction(action);
    },
    sequence: 45,
});

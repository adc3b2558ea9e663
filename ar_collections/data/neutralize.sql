-- A copy of a production database must not contact any customer.
UPDATE res_company
   SET ar_automation = FALSE,
       ar_activation_uuid = NULL;
UPDATE ar_strategy
   SET mode = 'manual';
-- What was about to leave goes back to a person, with no trace of an approval.
UPDATE ar_reminder
   SET state = 'planned',
       mode = 'manual',
       release_at = NULL,
       token = NULL,
       approved_by_id = NULL,
       approved_at = NULL,
       approved_uuid = NULL
 WHERE state IN ('planned', 'approved');
-- Whether these left is a question for a person; no worker takes them up again.
UPDATE ar_reminder
   SET state = 'in_doubt',
       token = NULL
 WHERE state = 'sending';

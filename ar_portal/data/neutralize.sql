-- A copy of the database must not open anybody's page.
UPDATE ar_portal_link SET revoked = TRUE;
UPDATE ar_colleague_link SET revoked = TRUE;
UPDATE ar_request_draft SET revoked = TRUE;
UPDATE res_company SET ar_portal_enabled = FALSE;
UPDATE payment_provider SET ar_webhook_secret = NULL;

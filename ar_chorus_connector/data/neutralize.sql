-- A copy of the database must neither read a platform nor hold its secrets.
UPDATE ar_platform
   SET state = 'off',
       client_id = NULL,
       client_secret = NULL,
       tech_login = NULL,
       tech_password = NULL,
       webhook_uid = NULL,
       webhook_secret = NULL,
       activation_uuid = NULL;

-- A copy proposes, and leaves the booking to a person.
UPDATE res_company
   SET ar_lettering_auto = FALSE;

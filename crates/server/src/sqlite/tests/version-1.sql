-- What a server of the first version had written when it was killed: a call that runs, one that rings,
-- one that was declined, and two texts.
INSERT INTO users VALUES ('ann'), ('bob'), ('cat');
INSERT INTO devices VALUES
    ('ann', 'ann-1', 1700000000000, 1),
    ('bob', 'bob-1', 1700000000500, 0);
INSERT INTO absences VALUES ('bob', 'bob-1', 'linux', 1700000015500);

INSERT INTO invitations VALUES
    (1, 'running', 2, 'running', 'ann', 'bob', 1700000030000, 1700000001000, '{"id":"running","rev":2,"call":"running","inviter":{"user":"ann","device":"ann-1","platform":"linux"},"group":null,"invitees":[{"user":"bob","ringing":["bob-1"],"fate":{"Accepted":{"rev":2,"by":{"user":"bob","device":"bob-1","platform":"linux"},"data":""}}}],"data":"","timeout":30,"deadline":1700000030000,"reach":null,"push":null,"glare_with":null,"ended":1700000001000}'),
    (2, 'declined', 2, 'declined', 'cat', 'ann', 1700000031000, 1700000001500, '{"id":"declined","rev":2,"call":"declined","inviter":{"user":"cat","device":"cat-1","platform":"linux"},"group":null,"invitees":[{"user":"ann","ringing":[],"fate":{"Rejected":[{"rev":2,"by":{"user":"ann","device":"ann-1","platform":"linux"},"data":""},"busy"]}}],"data":"","timeout":30,"deadline":1700000031000,"reach":null,"push":null,"glare_with":null,"ended":1700000001500}'),
    (3, 'ringing', 1, 'ringing', 'ann', 'bob', 1700000032000, NULL, '{"id":"ringing","rev":1,"call":"ringing","inviter":{"user":"ann","device":"ann-1","platform":"linux"},"group":null,"invitees":[{"user":"bob","ringing":[],"fate":"Pending"}],"data":"[1]","timeout":30,"deadline":1700000032000,"reach":null,"push":{"description":"a call"},"glare_with":null,"ended":null}');
INSERT INTO invitation_users VALUES
    (1, 'ann', 0, NULL), (1, 'bob', 0, NULL),
    (2, 'ann', 0, NULL), (2, 'cat', 0, NULL),
    (3, 'ann', 1, NULL), (3, 'bob', 1, NULL);

INSERT INTO calls VALUES
    (1, 'running', 2, 1, NULL, '{"id":"running","rev":2,"founder":"ann","group":null,"members":[{"party":{"userID":"ann","deviceID":"ann-1","platform":"linux"},"via":"running","answered":false,"left":null},{"party":{"userID":"bob","deviceID":"bob-1","platform":"linux"},"via":"running","answered":true,"left":null}],"invitations":["running"],"started":1700000001000,"ended":null,"reach":null}'),
    (2, 'declined', 1, 0, NULL, '{"id":"declined","rev":1,"founder":"cat","group":null,"members":[],"invitations":["declined"],"started":null,"ended":null,"reach":null}'),
    (3, 'ringing', 1, 0, NULL, '{"id":"ringing","rev":1,"founder":"ann","group":null,"members":[],"invitations":["ringing"],"started":null,"ended":null,"reach":null}');
INSERT INTO call_users VALUES (1, 'ann'), (1, 'bob');

INSERT INTO threads VALUES (1, '{"C2C":["ann","bob"]}', 7), (2, '{"C2C":["ann","cat"]}', 4);
INSERT INTO messages VALUES
    (1, 1, 'ann', 1700000000000, '"custom"', '{"data":"{\"businessID\":1,\"inviteID\":\"running\",\"inviter\":\"ann\",\"inviteeList\":[\"bob\"],\"actionType\":1,\"data\":\"\",\"timeout\":30,\"groupID\":\"\",\"onlineUserOnly\":false}"}', '{"outcome":"answered","answeredBy":{"userID":"bob","deviceID":"bob-1","platform":"linux"}}', 'running'),
    (2, 1, 'bob', 1700000001000, '"custom"', '{"data":"{\"businessID\":1,\"inviteID\":\"running\",\"inviter\":\"ann\",\"inviteeList\":[\"bob\"],\"actionType\":3,\"data\":\"\",\"timeout\":30,\"groupID\":\"\",\"onlineUserOnly\":false}"}', NULL, NULL),
    (3, 2, 'cat', 1700000001000, '"custom"', '{"data":"{\"businessID\":1,\"inviteID\":\"declined\",\"inviter\":\"cat\",\"inviteeList\":[\"ann\"],\"actionType\":1,\"data\":\"\",\"timeout\":30,\"groupID\":\"\",\"onlineUserOnly\":false}"}', '{"outcome":"busy"}', 'declined'),
    (4, 2, 'ann', 1700000001500, '"custom"', '{"data":"{\"businessID\":1,\"inviteID\":\"declined\",\"inviter\":\"cat\",\"inviteeList\":[\"ann\"],\"actionType\":4,\"data\":\"\",\"timeout\":30,\"groupID\":\"\",\"onlineUserOnly\":false}"}', NULL, NULL),
    (5, 1, 'ann', 1700000001700, '"text"', '{"text":"hello"}', NULL, NULL),
    (6, 1, 'bob', 1700000001800, '"custom"', '{"data":"not JSON"}', NULL, NULL),
    (7, 1, 'ann', 1700000002000, '"custom"', '{"data":"{\"businessID\":1,\"inviteID\":\"ringing\",\"inviter\":\"ann\",\"inviteeList\":[\"bob\"],\"actionType\":1,\"data\":\"[1]\",\"timeout\":30,\"groupID\":\"\",\"onlineUserOnly\":false}"}', NULL, 'ringing');
INSERT INTO conversations VALUES ('ann', 1), ('bob', 1), ('ann', 2), ('cat', 2);
INSERT INTO unread VALUES ('ann', 2, 3), ('bob', 1, 5), ('ann', 1, 6), ('bob', 1, 7);

INSERT INTO ops VALUES
    ('ann', 'invite:ringing', 'print', '{"Invited":["ringing",1700000032000,{"seq":7,"thread":{"C2C":["ann","bob"]},"from":"ann","time":1700000002000,"kind":"custom","payload":{"data":"{\"businessID\":1,\"inviteID\":\"ringing\",\"inviter\":\"ann\",\"inviteeList\":[\"bob\"],\"actionType\":1,\"data\":\"[1]\",\"timeout\":30,\"groupID\":\"\",\"onlineUserOnly\":false}"},"call":null}]}', 1700000002000);

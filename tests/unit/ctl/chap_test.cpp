// Credentials and keys: what is sent and printed, and that secrets are asked for, never typed as arguments, and shown
// where they should be alone.
#include <gtest/gtest.h>

#include "shared/base/json_reader.h"
#include "tests/unit/ctl/api_world.h"

namespace {

using base::Json;
using ctl::Exit;
using ctl_test::ApiWorld;
using ctl_test::code;
using ctl_test::Ended;

constexpr const char* kSecret = "Hk3vTq9pWz7mXr2bLn5cYd8f";
constexpr const char* kOther = "Jw6sPf4gVx9aRt1kBm8hQe3n";

std::string credential(const std::string& phase = "settled", const std::string& more = {}) {
  return R"({"credential": "credential:#7", "id": 7, "initiator": "iqn.a:host", "target": "iqn.a:disk", "mutual": true,
    "user_name": "iqn.a:host", "mutual_user_name": null, "state": "active", "phase": ")" +
         phase + R"(", "version": 1, "next_version": null, "set_at": 1700000000, "proven_at": 0, "deadline": 1700003600,
    "at_deadline": "keep-old", "md5": false, "weaknesses": [], "ends": [
      {"side": "initiator", "node": "iqn.a:host", "managed": true, "holds": "yes", "proven": false, "revealed": false},
      {"side": "target", "node": "iqn.a:disk", "managed": false, "holds": "unknown", "proven": false,
       "revealed": false}])" +
         more + "}";
}

struct Chap : testing::Test {
  ApiWorld api;
  void SetUp() override { api.logIn(); }

  // A member of the last body.
  std::string sent(std::string_view name) {
    const auto body = base::parseJson(api.asked.back().body);
    const Json* member = body ? body->find(name) : nullptr;
    return member == nullptr ? "(none)" : member->plain();
  }
  static std::string revealed() {
    return std::string(R"({"credential": "credential:#7", "node": "iqn.a:disk", "version": 1, "user_name": "iqn.a:host",
      "secret": ")") +
           kSecret + R"(", "mutual_user_name": "iqn.a:disk", "mutual_secret": ")" + kOther + "\"}";
  }
};

TEST_F(Chap, ListHasAllPagesOfAllThreeForms) {
  api.answer(R"({"revision": 3, "items": [)" + credential() + R"(], "next_cursor": 9})");
  api.answer(R"({"revision": 3, "items": [)" + credential() + R"(], "next_cursor": null})");
  EXPECT_EQ(api.run("chap list --filter state:active --output csv").out.substr(0, 40),
            "id,initiator,target,mutual,state,phase,v");
  EXPECT_EQ(api.asked[1].line, "GET /api/v1/chap?filter=state%3Aactive&limit=1000&cursor=9");
  api.answer(R"({"revision": 3, "items": [], "next_cursor": null})");
  EXPECT_EQ(api.run("chap list").out, "There are no credentials.\n");
}

TEST_F(Chap, ShowNamesTheEndThatAPersonMustSee) {
  api.answer(credential());
  const Ended ended = api.run("chap show #7");
  EXPECT_EQ(api.asked[0].line, "GET /api/v1/chap/7");
  EXPECT_NE(ended.out.find("No agent speaks for the target iqn.a:disk."), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("sanctl chap reveal 7 --node iqn.a:disk --reason 'WHY'"), std::string::npos) << ended.out;
  EXPECT_EQ(api.run("chap show seven").exit, code(Exit::Usage));
}

TEST_F(Chap, AddLetsTheServerMakeTheSecrets) {
  api.answer(R"({"credential": )" + credential() + R"(, "change": 5, "change_state": "committing", "change_version": 4,
    "weaknesses": [], "findings": []})",
             201);
  const Ended ended = api.run("chap add iqn.a:host iqn.a:disk --mutual --user-name me");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(sent("initiator"), "iqn.a:host");
  EXPECT_EQ(sent("user_name"), "me");
  EXPECT_EQ(sent("secret"), "(none)");
  EXPECT_NE(ended.out.find("Credential 7 of iqn.a:host with iqn.a:disk is made, by change set 5 (committing)."),
            std::string::npos)
      << ended.out;
}

TEST_F(Chap, AddOfOneThatTakesAnothersPlaceSaysWhatItNeeds) {
  api.answer(R"({"code": "guard", "title": "A guard stops the change", "detail": "A new one takes its place.",
      "objections": [{"code": "supersedes-credential", "severity": "needs-reason", "text": "A new one takes its place."}]})",
             409);
  const Ended stopped = api.run("chap add iqn.a:host iqn.a:disk --reason needed");
  EXPECT_EQ(stopped.exit, code(Exit::Conflict));
  EXPECT_NE(stopped.err.find("--exception 'WHY' lets it through"), std::string::npos) << stopped.err;
  api.answer(R"({"credential": )" + credential() + R"(, "change": 5, "change_state": "committing", "change_version": 4,
    "confirm_within": 600, "weaknesses": [], "findings": []})",
             201);
  const Ended made = api.run("chap add iqn.a:host iqn.a:disk --reason needed --exception typed");
  EXPECT_EQ(sent("exception"), "typed");
  EXPECT_NE(made.out.find("within 600 s:\n  sanctl change confirm 5"), std::string::npos) << made.out;
}

TEST_F(Chap, AddToADraftAndWhereApprovalIsNeededSaysHowItGoesOn) {
  const std::string waits = R"({"credential": null, "change": 5, "change_state": "submitted", "change_version": 3,
    "weaknesses": ["short"], "findings": ["secret: It is short."]})";
  api.answer(waits, 202);
  const Ended ended = api.run("chap add iqn.a:host");
  EXPECT_NE(ended.out.find("sanctl change approve 5"), std::string::npos) << ended.out;
  EXPECT_EQ(ended.err, "sanctl: secret: It is short.\n");
  api.answer(waits, 201);
  EXPECT_NE(api.run("chap add iqn.a:host --draft 5").out.find("an edit of draft 5"), std::string::npos);
  EXPECT_EQ(sent("draft"), "5");
}

TEST_F(Chap, SecretsComeFromDescriptorsAndPromptsThatAgree) {
  const std::string made = R"({"credential": null, "change": 5, "change_state": "submitted", "findings": []})";
  api.answer(made, 202);
  api.typed = {kSecret, kOther};
  const Ended ended = api.run("chap add iqn.a:host --mutual --secret-fd 3 --mutual-secret-fd 3 --verbose");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(api.descriptors, (std::vector<int>{3, 3}));
  EXPECT_EQ(sent("secret") + sent("mutual_secret"), std::string(kSecret) + kOther);
  EXPECT_EQ((ended.out + ended.err).find(kSecret), std::string::npos);
  EXPECT_TRUE(api.sentSecretly);
  api.terminal = true;
  api.answer(made, 202);
  api.typed = {kSecret, kSecret};
  EXPECT_EQ(api.run("chap add iqn.a:host --ask-secret").exit, 0);
  EXPECT_EQ(sent("secret"), kSecret);
  const std::size_t asked = api.asked.size();
  api.typed = {kSecret, kOther};
  EXPECT_EQ(api.run("chap add iqn.a:host --ask-secret").exit, code(Exit::Usage));
  EXPECT_EQ(api.run("chap add iqn.a:host --ask-mutual-secret").exit, code(Exit::Usage));
  api.terminal = false;
  EXPECT_EQ(api.run("chap add iqn.a:host --ask-secret").exit, code(Exit::Usage));
  EXPECT_EQ(api.run("chap add iqn.a:host --ask-secret --secret-fd 3").exit, code(Exit::Usage));
  EXPECT_EQ(api.asked.size(), asked);
}

TEST_F(Chap, ASecretThatWasTypedInThePlaceOfADescriptorIsNotRepeated) {
  const Ended ended = api.run(std::string("chap add iqn.a:host --secret-fd ") + kSecret);
  EXPECT_EQ(ended.exit, code(Exit::Usage));
  EXPECT_EQ((ended.out + ended.err).find(kSecret), std::string::npos) << ended.err;
  EXPECT_EQ(api.run(std::string("chap add iqn.a:host --secret ") + kSecret).exit, code(Exit::Usage));
}

TEST_F(Chap, RotateSendsReasonAndTiming) {
  EXPECT_EQ(api.run("chap rotate 7").exit, code(Exit::Usage));
  EXPECT_EQ(api.run("chap rotate 7 --reason yearly --within 12").exit, code(Exit::Usage));
  api.answer(credential("spreading", R"(, "findings": [])"));
  const Ended ended = api.run("chap rotate credential:#7 --reason yearly --within 12h --at-deadline retire-old");
  EXPECT_EQ(api.asked.back().line, "POST /api/v1/chap/7/rotate");
  EXPECT_EQ(sent("action") + " " + sent("within") + " " + sent("at_deadline") + " " + sent("reason"),
            "rotate 43200 retire-old yearly");
  EXPECT_NE(ended.out.find("Credential 7 of iqn.a:host with iqn.a:disk: spreading, until "), std::string::npos)
      << ended.out;
  api.answer(credential("rolling-back", R"(, "findings": [])"));
  EXPECT_EQ(api.run("chap cancel 7 --reason no").exit, 0);
  EXPECT_EQ(sent("action"), "cancel");
}

TEST_F(Chap, RetireAsksBack) {
  EXPECT_EQ(api.run("chap retire 7 --reason sold").exit, code(Exit::Usage));
  api.terminal = true;
  api.typed = {"no"};
  EXPECT_NE(api.run("chap retire 7 --reason sold").exit, 0);
  EXPECT_TRUE(api.asked.empty());
  api.typed = {"yes"};
  api.answer(credential("retired", R"(, "findings": [])"));
  EXPECT_EQ(api.run("chap retire 7 --reason sold").exit, 0);
  EXPECT_EQ(sent("action"), "retire");
}

TEST_F(Chap, RevealNeedsATerminalOrAWord) {
  for (const char* more : {"", " --output csv"}) {
    EXPECT_EQ(api.run(std::string("chap reveal 7 --reason 'typed by hand'") + more).exit, code(Exit::Usage));
  }
  EXPECT_EQ(api.run("chap reveal 7").exit, code(Exit::Usage));
  EXPECT_TRUE(api.asked.empty());
}

TEST_F(Chap, RevealShowsEachSecretOnceAndWhatToTypeAtThatEnd) {
  api.colours = true;
  api.answer(credential());
  api.answer(revealed());
  const Ended ended = api.run("chap reveal 7 --reason 'typed by hand' --node iqn.a:disk --verbose");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(api.asked.back().line, "POST /api/v1/chap/7/reveal");
  EXPECT_EQ(sent("node") + " " + sent("reason"), "iqn.a:disk typed by hand");
  for (const char* secret : {kSecret, kOther}) {
    const std::size_t at = ended.out.find(secret);
    ASSERT_NE(at, std::string::npos) << ended.out;
    EXPECT_EQ(ended.out.find(secret, at + 1), std::string::npos);
    EXPECT_EQ(ended.err.find(secret), std::string::npos);
  }
  EXPECT_NE(ended.out.find("At the target iqn.a:disk"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("mutual_password"), std::string::npos) << ended.out;
}

TEST_F(Chap, RevealForAProgramIsWhatWasAnswered) {
  api.answer(credential());
  api.answer(revealed());
  const auto json = base::parseJson(api.run("chap reveal 7 --reason 'typed by hand' --output json").out);
  ASSERT_TRUE(json);
  EXPECT_EQ(*json->find("secret")->text(), kSecret);
  EXPECT_EQ(*json->find("mutual_secret")->text(), kOther);
  api.answer(credential());
  api.answer(revealed());
  EXPECT_NE(api.run("chap reveal 7 --reason 'typed by hand' --force").out.find(kSecret), std::string::npos);
}

constexpr const char* kBatch =
    R"({"id": 3, "state": "paused", "by": "me", "reason": "yearly", "made_at": 1700000000, "within": 86400,
    "at_deadline": "keep-old", "at_once": 2, "waiting": 5, "done": 1, "running": [], "failed": ["credential:#7"]})";

TEST_F(Chap, BatchesAreStartedSteppedAndShown) {
  EXPECT_EQ(api.run("chap batch start --reason yearly").exit, code(Exit::Usage));
  api.answer(kBatch, 201);
  api.run("chap batch start --reason yearly --older-than 365d --at-once 2");
  EXPECT_EQ(sent("older_than") + " " + sent("at_once") + " " + sent("filter"), "31536000 2 (none)");
  api.answer(kBatch, 201);
  api.run("chap batch start --reason yearly --filter ''");
  EXPECT_EQ(sent("older_than"), "0");
  api.answer(kBatch);
  const Ended ended = api.run("chap batch resume 3");
  EXPECT_EQ(api.asked.back().line, "POST /api/v1/chap/rotations/3");
  EXPECT_EQ(sent("action"), "resume");
  EXPECT_NE(ended.out.find("sanctl chap batch resume 3"), std::string::npos) << ended.out;
  api.answer(std::string(R"({"items": [)") + kBatch + "]}");
  EXPECT_NE(api.run("chap batch list").out.find("paused"), std::string::npos);
  api.answer(kBatch);
  EXPECT_EQ(api.run("chap batch show 3 --output json").exit, 0);
  EXPECT_EQ(api.asked.back().line, "GET /api/v1/chap/rotations/3");
}

constexpr const char* kKeys =
    R"({"authorities": [{"fingerprint": "AB:CD", "current": true, "not_after": 1900000000,
    "believed_until": 1900000000}],
    "sealing_keys": [{"id": 1, "current": true, "since": 1700000000}],
    "log_key": {"fingerprint": "5b0c", "since": 1800000000}})";

TEST_F(Chap, KeysAreShown) {
  api.answer(kKeys);
  const Ended ended = api.run("keys show");
  EXPECT_NE(ended.out.find("AB:CD"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("2023-11-14"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("5b0c"), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("2027-01-15"), std::string::npos) << ended.out;
  std::string reading = kKeys;
  api.answer(reading.replace(reading.find("1800000000"), 10, "null"));
  EXPECT_EQ(api.run("keys show").out.find("never"), std::string::npos)
      << "since when is not known while the log is read";
}

TEST_F(Chap, KeysAreChangedWithAReasonAndAYes) {
  const std::pair<const char*, const char*> verbs[] = {{"rotate-authority", "/keys/authority"},
                                                       {"disown-authorities", "/keys/authority/disown"},
                                                       {"rotate-sealing", "/keys/sealing"},
                                                       {"rotate-log", "/keys/log"},
                                                       {"accept-clock", "/keys/clock"}};
  for (const auto& [verb, path] : verbs) {
    const std::string line = std::string("keys ") + verb;
    api.terminal = false;
    const std::size_t before = api.asked.size();
    EXPECT_EQ(api.run(line + " --yes").exit, code(Exit::Usage));
    EXPECT_EQ(api.run(line + " --reason x").exit, code(Exit::Usage));
    api.terminal = true;
    api.typed = {"y"};
    EXPECT_EQ(api.run(line + " --reason x").exit, code(Exit::Usage));
    EXPECT_EQ(api.asked.size(), before);
    api.typed = {"yes"};
    api.answer(kKeys);
    EXPECT_EQ(api.run(line + " --reason x").exit, 0);
    EXPECT_EQ(api.asked.back().line, std::string("POST /api/v1") + path);
    EXPECT_EQ(sent("reason"), "x");
    api.answer(kKeys);
    EXPECT_EQ(api.run(line + " --reason x --yes").exit, 0);
  }
  api.answer(kKeys);
  api.run("keys rotate-authority --reason x --yes --overlap-days 9");
  EXPECT_EQ(sent("overlap_days"), "9");
}

TEST_F(Chap, PasswordsGoTheSameWayAsSecrets) {
  api.terminal = true;
  api.typed = {"old phrase", kSecret, kSecret};
  api.answer("", 204);
  EXPECT_EQ(api.run("password").exit, 0);
  EXPECT_EQ(sent("old") + " " + sent("password"), std::string("old phrase ") + kSecret);
  EXPECT_TRUE(api.sentSecretly);
}

constexpr const char* kOwnAct =
    R"({"sequence": 4, "time": "2026-01-01T00:00:00Z", "actorKind": "server", "actor": "0123-id",
    "event": "server.started",    "outcome": "done", "object": "", "reason": "", "origin": "", "details": {}})";

TEST_F(Chap, TheAuditLogIsTheNewestFirstAndNamesTheServer) {
  api.answer(std::string(R"({"items": [)") + kOwnAct + R"(], "next_cursor": 3})");
  api.answer(R"({"items": [], "next_cursor": 2})");
  api.answer(std::string(R"({"items": [)") + kOwnAct + R"(], "next_cursor": 1})");
  const Ended ended = api.run("audit log --limit 2");
  EXPECT_EQ(api.asked[0].line, "GET /api/v1/audit?order=newest&limit=2");
  EXPECT_EQ(api.asked[1].line, "GET /api/v1/audit?order=newest&limit=1&cursor=3");
  EXPECT_EQ(api.asked.size(), 3U);
  EXPECT_NE(ended.out.find("  server  "), std::string::npos) << ended.out;
  EXPECT_EQ(ended.out.find("0123-id"), std::string::npos) << ended.out;
  EXPECT_NE(ended.err.find("earlier"), std::string::npos);
  api.answer(std::string(R"({"items": [)") + kOwnAct + R"(], "next_cursor": null})");
  EXPECT_NE(api.run("audit log --oldest --output json").out.find("0123-id"), std::string::npos);
  EXPECT_EQ(api.asked.back().line, "GET /api/v1/audit?order=oldest&limit=100");
}

}  // namespace

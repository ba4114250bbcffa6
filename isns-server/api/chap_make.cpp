// POST /chap: a credential as an edit of a draft, or by a change set of its own that is committed at once.
//
// What a person brought is sealed before anything else, bound to the draft and the pair; the draft itself holds names.
#include <algorithm>

#include "isns-server/api/body_reader.h"
#include "isns-server/api/change_request.h"
#include "isns-server/api/chap_handlers.h"
#include "isns-server/api/credential_json.h"
#include "shared/mgmt/edit_json.h"
#include "shared/san/superseded.h"

namespace api {

using base::Json;
using manage::Answer;
using manage::ChangeSets;
using mgmt::ProblemCode;
using san::Kind;

namespace {

// What was asked for, on its way through the change set.
struct Making {
  manage::Who who;
  manage::Actor actor;
  san::Id initiator = 0, target = 0;
  credentials::PendingSecret pending;
  CheckedSecrets secrets;
  std::string userName, reason, ticket, exception;
  bool mutual = false;
  san::Id draft = 0;
  std::optional<std::uint64_t> version;
  std::int64_t held = 0;  // the row of the secrets; 0: none

  [[nodiscard]] bool holds() const {
    return secrets.brought.forward || secrets.brought.reverse || !pending.mutualUserName.empty();
  }
};
using MakingPtr = std::shared_ptr<Making>;


std::optional<san::Id> nodeNamed(const san::Snapshot& snapshot, std::string_view text) {
  if (const auto ref = san::parseRef(snapshot, text)) {
    if (ref->kind == Kind::Node) return ref->id;
  }
  return snapshot.find(Kind::Node, std::string(text));
}

std::vector<san::Edit> editsOf(const Making& making, san::Id provisional) {
  const san::ObjectRef object{Kind::Credential, provisional};
  std::vector<san::Edit> edits;
  const auto set = [&](std::string field, san::Value value) {
    edits.push_back({san::EditOp::Set, object, std::move(field), std::move(value)});
  };
  edits.push_back({san::EditOp::Create, object, {}, {}});
  set("initiator", san::ObjectRef{Kind::Node, making.initiator});
  if (making.target != 0) set("target", san::ObjectRef{Kind::Node, making.target});
  if (making.mutual) set("mutual", true);
  if (!making.userName.empty()) set("user_name", making.userName);
  return edits;
}

const san::Credential* credentialOf(const san::Snapshot& snapshot, const Making& making) {
  const san::Credential* found = nullptr;
  snapshot.table<san::Credential>().forEach([&](san::Id, const san::Credential& one) {
    const bool same = one.initiator.id == making.initiator && one.target.id == making.target &&
                      one.state != san::CredentialState::Retired;
    if (same) found = &one;
  });
  return found;
}

void answer(Desk& desk, const Call& call, const Making& making, san::Id draft, int status) {
  const san::Snapshot& now = desk.timeline.now();
  const san::Credential* made = status == 201 && making.draft == 0 ? credentialOf(now, making) : nullptr;
  const manage::Draft* change = desk.changes.changes()->find(draft);
  const bool waits = made != nullptr && san::takesAnothersPlace(now, made->id);
  call.answer(Json::Object{{"credential",
                            made == nullptr ? Json() : credentialJson(now, *made, desk.credentials.ofObject(made->id))},
                           {"change", std::uint64_t{draft}},
                           {"change_state", change == nullptr ? Json() : Json(san::wordOf(change->state))},
                           {"change_version", change == nullptr ? Json() : Json(change->version)},
                           {"confirm_within", static_cast<std::uint64_t>(waits ? now.settings().confirmWithin : 0)},
                           {"weaknesses", weaknessesJson(making.secrets.brought.weaknesses)},
                           {"findings", textsJson(making.secrets.told)}},
              status);
}

class Maker : public std::enable_shared_from_this<Maker> {
 public:
  Maker(Desk& desk, CredentialRunner& runner, CallPtr call, MakingPtr making)
      : desk_(desk), runner_(runner), call_(std::move(call)), making_(std::move(making)) {}

  void start() {
    auto self = shared_from_this();
    if (making_->draft != 0) return append();
    ask(
        [self](ChangeSets& sets) {
          return sets.create(self->making_->who, "CHAP credential of " + self->making_->pending.initiator,
                             editsOf(*self->making_, san::kFirstProvisional), self->call_->now);
        },
        [self](const Answer& made) {
          if (made.what == Answer::What::Refused) return refuseChange(self->desk_, *self->call_, made);
          self->draft_ = made.draft;
          self->version_ = made.version;
          self->making_->pending.draft = made.draft;
          self->holdThen([self] { self->submit(); });
        });
  }

 private:
  using Done = std::function<void(const Answer&)>;
  void ask(const ChangeDesk::Request& request, Done done) {
    if (desk_.changes.changes() == nullptr) return call_->refuse({ProblemCode::NotReady, {}, {}, {}});
    desk_.changes.ask(making_->who, request, std::move(done));
  }

  // Of a change set of its own: the secrets are sealed and stored before it goes on.
  void holdThen(std::function<void()> go) {
    if (!making_->holds()) return go();
    auto self = shared_from_this();
    runner_.run(
        making_->actor, making_->reason,
        [self](credentials::CredentialWork& work) -> manage::Wanted<void> {
          const auto row = work.hold(self->making_->pending, self->making_->secrets.brought);
          if (!row) return base::Failure<mgmt::Problem>{row.error()};
          self->making_->held = *row;
          return {};
        },
        [self, go = std::move(go)](const manage::Wanted<std::uint64_t>& done) {
          self->forget();
          if (!done) return self->giveUp([self, why = done.error()] { self->call_->refuse(why); });
          go();
        });
  }

  // The secrets become durable with the edit, or not at all.
  void append() {
    auto self = shared_from_this();
    ask([self](ChangeSets& sets) { return self->appendTo(sets); },
        [self](const Answer& done) {
          self->forget();
          if (self->notHeld_) return self->call_->refuse(*self->notHeld_);
          if (done.what == Answer::What::Refused) return refuseChange(self->desk_, *self->call_, done, "append");
          api::answer(self->desk_, *self->call_, *self->making_, self->making_->draft, 201);
        });
  }

  Answer appendTo(ChangeSets& sets) {
    const manage::Draft* draft = sets.find(making_->draft);
    san::Id provisional = san::kFirstProvisional;
    for (const san::Edit& edit : draft == nullptr ? std::vector<san::Edit>{} : draft->edits) {
      if (san::isProvisional(edit.object.id)) provisional = std::max(provisional, edit.object.id + 1);
    }
    manage::EditsChange change;
    change.edits = editsOf(*making_, provisional);
    credentials::CredentialWork work = runner_.workOf(making_->actor, call_->now.wall);
    // What an earlier request brought for the pair is not what this one wants, also where this one brings nothing.
    for (const auto& [row, one] : desk_.credentials.pending()) {
      if (one.isFor(making_->pending)) work.drop(row);
    }
    if (making_->holds()) {
      if (const auto held = work.hold(making_->pending, making_->secrets.brought); !held) {
        notHeld_ = held.error();
        Answer no;
        no.what = Answer::What::Refused;
        return no;
      }
    }
    if (!work.empty()) change.rows = work.finish().rows;
    return sets.edit(making_->who, making_->draft, making_->version.value_or(draft == nullptr ? 0 : draft->version),
                     std::move(change), call_->now);
  }

  void forget() {
    making_->secrets.brought.forward.reset();
    making_->secrets.brought.reverse.reset();
  }

  void submit() {
    auto self = shared_from_this();
    ask(
        [self](ChangeSets& sets) {
          return sets.submit(self->making_->who, self->draft_, self->version_, self->making_->reason,
                             self->making_->ticket, self->call_->now, self->making_->exception);
        },
        [self](const Answer& done) {
          if (done.what == Answer::What::Refused) return self->refuseAll(done);
          self->version_ = done.version;
          if (self->desk_.timeline.now().settings().approvalNeeded) {
            return api::answer(self->desk_, *self->call_, *self->making_, self->draft_, 202);
          }
          self->commit();
        });
  }

  void commit() {
    auto self = shared_from_this();
    ask(
        [self](ChangeSets& sets) {
          return sets.commit(self->making_->who, {self->draft_, self->version_, {}, {}}, self->call_->now);
        },
        [self](const Answer& done) {
          if (done.what == Answer::What::Refused) return self->refuseAll(done);
          api::answer(self->desk_, *self->call_, *self->making_, self->draft_, 201);
        });
  }

  void refuseAll(const Answer& why) {
    auto self = shared_from_this();
    giveUp([self, why] { refuseChange(self->desk_, *self->call_, why); });
  }

  // The change set of its own goes, and the secrets of either kind.
  void giveUp(std::function<void()> then) {
    auto self = shared_from_this();
    const auto drop = [self, then = std::move(then)] {
      if (self->making_->held == 0) return then();
      self->runner_.run(
          self->making_->actor, {},
          [self](credentials::CredentialWork& work) -> manage::Wanted<void> {
            work.drop(self->making_->held);
            return {};
          },
          [then](const manage::Wanted<std::uint64_t>&) { then(); });
    };
    if (draft_ == 0 || desk_.changes.changes() == nullptr) return drop();
    const manage::Draft* draft = desk_.changes.changes()->find(draft_);
    if (draft == nullptr) return drop();
    ask([self, version = draft->version](
            ChangeSets& sets) { return sets.discard(self->making_->who, self->draft_, version, self->call_->now); },
        [drop](const Answer&) { drop(); });
  }

  Desk& desk_;
  CredentialRunner& runner_;
  const CallPtr call_;
  const MakingPtr making_;
  san::Id draft_ = 0;  // the change set of its own
  std::uint64_t version_ = 0;
  std::optional<mgmt::Problem> notHeld_;  // why the secrets for a draft of somebody's are not kept
};

}  // namespace

void makeCredential(Desk& desk, CredentialRunner& runner, const CallPtr& call) {
  BodyReader body(call->body);
  auto making = std::make_shared<Making>();
  const std::string initiator = body.text("initiator");
  const std::string target = body.maybeText("target").value_or("");
  making->mutual = body.maybeFlag("mutual").value_or(false);
  making->userName = body.maybeText("user_name").value_or("");
  making->pending.mutualUserName = body.maybeText("mutual_user_name").value_or("");
  auto secret = body.maybeSecret("secret");
  auto mutualSecret = body.maybeSecret("mutual_secret");
  const auto draft = body.maybeNumber("draft");
  making->version = body.maybeNumber("version");
  making->reason = body.maybeText("reason", BodyReader::kMaxText).value_or("A CHAP credential.");
  making->ticket = body.maybeText("ticket").value_or("");
  making->exception = body.maybeText("exception", BodyReader::kMaxText).value_or("");
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  const san::Snapshot& now = desk.timeline.now();
  const auto wrong = [&](std::string text, std::string pointer) {
    call->refuse({ProblemCode::BadValue, std::move(text), std::move(pointer), {}});
  };
  const auto node = nodeNamed(now, initiator);
  if (!node) return wrong("There is no node " + initiator + ".", "/initiator");
  const auto other = target.empty() ? std::optional<san::Id>(0) : nodeNamed(now, target);
  if (!other) return wrong("There is no node " + target + ".", "/target");
  for (const char* name : {"mutual_user_name", "mutual_secret"}) {
    const Json* member = call->body.find(name);
    if (!making->mutual && member != nullptr && !member->isNull()) {
      return wrong("The credential is one-way: mutual is not set.", std::string("/") + name);
    }
  }
  for (const auto& [name, text] :
       {std::pair("user_name", &making->userName), std::pair("mutual_user_name", &making->pending.mutualUserName)}) {
    if (text->size() > san::kMaxName) return wrong("A user name has at most 255 bytes.", std::string("/") + name);
  }
  if (draft && !making->exception.empty()) {
    return wrong("An exception is made when the draft is committed.", "/exception");
  }
  making->initiator = *node;
  making->target = *other;
  making->pending.initiator = san::nameOf(now, {Kind::Node, *node});
  making->pending.target = *other == 0 ? std::string() : san::nameOf(now, {Kind::Node, *other});
  if (draft) making->draft = making->pending.draft = static_cast<san::Id>(std::min<std::uint64_t>(*draft, 0xffffffff));
  auto checked =
      checkSecrets(desk.credentials, std::move(secret), std::move(mutualSecret), 0,
                   making->userName.empty() ? making->pending.initiator : making->userName,
                   making->pending.mutualUserName.empty() ? making->pending.target : making->pending.mutualUserName);
  if (!checked) return call->refuse(checked.error());
  making->secrets = std::move(*checked);
  making->actor = call->actor();
  // Who may manage credentials may commit this much.
  making->who = whoOf(desk, *call);
  making->who.rights = {true, false, true, false};
  making->who.scope.clear();
  std::make_shared<Maker>(desk, runner, call, making)->start();
}

}  // namespace api

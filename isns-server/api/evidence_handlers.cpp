#include "isns-server/api/evidence_handlers.h"

#include "isns-server/api/audit_handlers.h"
#include "isns-server/api/body_reader.h"
#include "isns-server/manage/evidence/reach_evidence.h"
#include "shared/base/hex.h"

namespace api {

using mgmt::ProblemCode;

namespace {

// What travels from step to step.
struct Order {
  manage::EvidenceInput input;
  Timeline::Index index;
};
using OrderPtr = std::shared_ptr<Order>;

std::string textOf(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& one : list) text.append(text.empty() ? "" : ", ").append(one);
  return text;
}

void answerPack(Desk& desk, const CallPtr& call, const OrderPtr& order, base::Result<manage::EvidencePack> made) {
  if (!made) return call->refuse({ProblemCode::BadValue, made.error().text + ".", {}, {}});
  auto pack = std::make_shared<manage::EvidencePack>(std::move(*made));
  manage::Step step;
  ops::AuditRecord record = recordOf(*call, ops::AuditEvent::EvidenceCreated, "evidence:" + pack->fileName);
  record.ticket = order->input.ticket;
  record.reason = order->input.reason;
  record.details =
      ops::auditDetails<ops::AuditEvent::EvidenceCreated>({{"cut", order->input.cut.revision},
                                                           {"rows", pack->manifest.counts.population},
                                                           {"manifest", base::hexText(pack->manifestHash)}});
  step.audit.push_back(std::move(record));
  desk.clerk.carryOut(std::move(step), [call, pack](const manage::Wanted<std::uint64_t>& done) {
    if (!done) return call->refuse(done.error());
    call->exchange->answer({200, "application/x-tar", std::string(base::asText(pack->archive)),
                            {{"Content-Disposition", "attachment; filename=\"" + pack->fileName + "\""}}});
  });
}

void build(Desk& desk, const CallPtr& call, const OrderPtr& order, std::shared_ptr<const EvidenceFacts> facts) {
  order->input.log = facts->head;
  order->input.logState.last = facts->headTime;
  const bool runs = desk.workers.run([&desk, call, order, facts]() -> Workers::Then {
    if (call->exchange->gone()) return {};
    auto made = std::make_shared<base::Result<manage::EvidencePack>>(base::fail(std::string("no pack was made")));
    manage::withReach(*order->index, facts->times, order->input,
                      [&](const manage::EvidenceInput& input) { *made = desk.evidence.build(input); });
    return [&desk, call, order, made] { answerPack(desk, call, order, std::move(*made)); };
  });
  if (!runs) call->refuse({ProblemCode::Busy, {}, {}, {}});
}

// The log is signed up to now and checked as a whole before its head goes into the pack.
void begin(Desk& desk, const CallPtr& call, const OrderPtr& order) {
  const san::Snapshot& snapshot = order->index->snapshot();
  order->input.cut = {snapshot.revision, base::WallTime(std::chrono::seconds(snapshot.time))};
  order->input.query = "evidence --revision " + std::to_string(snapshot.revision);
  manage::Step step;
  step.checkpoint = true;
  desk.clerk.carryOut(std::move(step), [&desk, call, order](const manage::Wanted<std::uint64_t>& done) {
    if (!done) return call->refuse(done.error());
    desk.archive.checkLog([&desk, call, order](const manage::Wanted<std::string>& broken) {
      if (!broken) return call->refuse(broken.error());
      order->input.logState.broken = *broken;
      desk.archive.evidenceFacts(order->input.cut.revision, [&desk, call, order](const manage::Wanted<std::shared_ptr<const EvidenceFacts>>& facts) {
        if (!facts) return call->refuse(facts.error());
        build(desk, call, order, *facts);
      });
    });
  });
}

}  // namespace

void makeEvidence(Desk& desk, const CallPtr& call) {
  BodyReader body(call->body);
  auto order = std::make_shared<Order>();
  manage::EvidenceInput& input = order->input;
  input.title = body.maybeText("title").value_or("Who reaches what");
  const auto revision = body.maybeNumber("revision");
  input.reason = body.maybeText("reason").value_or("");
  input.ticket = body.maybeText("ticket").value_or("");
  input.controls = body.maybeTexts("controls").value_or(std::vector<std::string>());
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  input.serverId = desk.evidence.serverId;
  input.serverName = desk.evidence.serverName;
  input.generator = "isns-server " + desk.version;
  input.requestedBy = call->who.user;
  if (revision) input.options.push_back({"revision", std::to_string(*revision)});
  if (!input.controls.empty()) input.options.push_back({"controls", textOf(input.controls)});
  const san::Revision now = desk.timeline.now().revision;
  if (revision && *revision > now) {
    return call->refuse({ProblemCode::BadValue, "revision must be a number up to " + std::to_string(now) + ".", "/revision", {}});
  }
  const auto past = desk.timeline.at(revision.value_or(now));
  if (past) {
    order->index = desk.timeline.indexOf(*past);
    return begin(desk, call, order);
  }
  desk.clerk.rebuild(*revision, [&desk, call, order](const manage::Wanted<san::Snapshot>& snapshot) {
    if (!snapshot) return call->refuse(snapshot.error());
    order->index = desk.timeline.indexOf(*snapshot);
    begin(desk, call, order);
  });
}

}  // namespace api

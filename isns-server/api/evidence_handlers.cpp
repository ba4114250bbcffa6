#include "isns-server/api/evidence_handlers.h"

#include "isns-server/api/audit_handlers.h"
#include "isns-server/api/body_reader.h"
#include "isns-server/api/named_ends.h"
#include "isns-server/api/past.h"
#include "isns-server/manage/evidence/reach_evidence.h"
#include "shared/base/hex.h"
#include "shared/base/listed.h"
#include "shared/base/shell_word.h"

namespace api {

using mgmt::ProblemCode;

namespace {

// What travels from step to step.
struct Order {
  manage::EvidenceInput input;
  Timeline::Index index;
  std::vector<std::string> labels, hosts, units;  // that it is about, as they were given
  manage::PackScope scope;
};
using OrderPtr = std::shared_ptr<Order>;

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
  const bool runs = desk.workers.run(
      [&desk, call, order, facts, build = desk.evidence.builder()]() -> Workers::Then {
        if (call->exchange->gone()) return {};
        auto made = std::make_shared<base::Result<manage::EvidencePack>>(base::fail(std::string("no pack was made")));
        manage::withReach(*order->index, facts->times, order->scope, order->input,
                          [&](const manage::EvidenceInput& input) { *made = build(input); });
        return [&desk, call, order, made] { answerPack(desk, call, order, std::move(*made)); };
      },
      call->who.user);
  if (!runs) call->refuse({ProblemCode::Busy, {}, {}, {}});
}

// As sanctl takes it: what the pack answers.
std::string queryOf(const Order& order) {
  std::string text = "sanctl evidence create --at " + std::to_string(order.input.cut.revision);
  for (const auto& [option, list] : {std::pair{" --label ", &order.labels}, std::pair{" --host ", &order.hosts}, std::pair{" --unit ", &order.units}}) {
    for (const std::string& one : *list) text += option + base::shellWord(one);
  }
  return text;
}

// What it is about, of the SAN at its revision.
Wanted<manage::PackScope> scopeOf(const Order& order) {
  manage::PackScope scope;
  for (std::size_t i = 0; i < order.labels.size(); ++i) {
    const auto label = order.index->snapshot().find(san::Kind::Label, order.labels[i]);
    if (!label) return problem(ProblemCode::NoSuchObject, "There is no label " + order.labels[i] + ".", "/labels/" + std::to_string(i));
    scope.labels.push_back(*label);
  }
  for (std::size_t i = 0; i < order.hosts.size(); ++i) {
    const auto host = hostNamed(*order.index, order.hosts[i], "/hosts/" + std::to_string(i));
    if (!host) return base::Failure<mgmt::Problem>{host.error()};
    scope.hosts.push_back(*host);
  }
  for (std::size_t i = 0; i < order.units.size(); ++i) {
    const auto unit = unitNamed(*order.index, order.units[i], "/units/" + std::to_string(i));
    if (!unit) return base::Failure<mgmt::Problem>{unit.error()};
    scope.units.push_back(*unit);
  }
  return scope;
}

// The log is signed up to now and checked as a whole before its head goes into the pack.
void begin(Desk& desk, const CallPtr& call, const OrderPtr& order) {
  const san::Snapshot& snapshot = order->index->snapshot();
  order->input.cut = {snapshot.revision, base::WallTime(std::chrono::seconds(snapshot.time))};
  order->input.query = queryOf(*order);
  order->input.commits = manage::commitsOf(desk.timeline.now(), order->input.cut.revision);
  auto scope = scopeOf(*order);
  if (!scope) return call->refuse(scope.error());
  order->scope = std::move(*scope);
  manage::Step step;
  step.checkpoint = true;
  desk.clerk.carryOut(std::move(step), [&desk, call, order](const manage::Wanted<std::uint64_t>& done) {
    if (!done) return call->refuse(done.error());
    desk.archive.checkLog([&desk, call, order](const manage::Wanted<LogFindings>& log) {
      if (!log) return call->refuse(log.error());
      order->input.logState.broken = log->broken;
      order->input.logState.gaps = log->gaps;
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
  input.reason = body.maybeText("reason", BodyReader::kMaxText).value_or("");
  input.ticket = body.maybeText("ticket").value_or("");
  input.controls = body.maybeTexts("controls").value_or(std::vector<std::string>());
  order->labels = body.maybeTexts("labels").value_or(std::vector<std::string>());
  order->hosts = body.maybeTexts("hosts").value_or(std::vector<std::string>());
  order->units = body.maybeTexts("units").value_or(std::vector<std::string>());
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  for (const auto& [name, list] : {std::pair{"labels", &order->labels}, std::pair{"hosts", &order->hosts}, std::pair{"units", &order->units}}) {
    if (!list->empty()) input.options.push_back({name, base::listed(*list)});
  }
  input.serverId = desk.evidence.serverId;
  input.serverName = desk.evidence.serverName;
  input.generator = "isns-server " + desk.version;
  input.requestedBy = manage::recordedName(call->actor());
  if (revision) input.options.push_back({"revision", std::to_string(*revision)});
  if (!input.controls.empty()) input.options.push_back({"controls", base::listed(input.controls)});
  const san::Revision now = desk.timeline.now().revision;
  if (revision && *revision > now) {
    return call->refuse({ProblemCode::BadValue, "revision must be a number up to " + std::to_string(now) + ".", "/revision", {}});
  }
  snapshotAt(desk, revision.value_or(now), [&desk, call, order](const Wanted<san::Snapshot>& snapshot) {
    if (!snapshot) return call->refuse(snapshot.error());
    // The index of a past revision is made first.
    const bool runs = desk.workers.run(
        [&desk, call, order, insight = desk.timeline.insightOf(*snapshot)]() -> Workers::Then {
          if (call->exchange->gone()) return {};
          order->index = {insight, &insight->index()};
          return [&desk, call, order] { begin(desk, call, order); };
        },
        call->who.user);
    if (!runs) call->refuse({ProblemCode::Busy, {}, {}, {}});
  });
}

}  // namespace api

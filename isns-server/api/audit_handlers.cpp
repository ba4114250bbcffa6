#include "isns-server/api/audit_handlers.h"

#include "isns-server/api/body_reader.h"

namespace api {

using base::Json;
using mgmt::ProblemCode;

namespace {

constexpr std::uint64_t kLast = std::numeric_limits<std::int64_t>::max();

struct Range {
  std::uint64_t from = 1;
  std::uint64_t to = kLast;
};

Wanted<Range> rangeOf(const Call& call) {
  const auto from = call.numberParameter("from", 1, kLast);
  if (!from) return base::Failure<mgmt::Problem>{from.error()};
  const auto to = call.numberParameter("to", kLast, kLast);
  if (!to) return base::Failure<mgmt::Problem>{to.error()};
  if (*from == 0) return problem(ProblemCode::BadParameter, "Records begin with number 1.", "from");
  if (*to < *from) return problem(ProblemCode::BadParameter, "to is before from.", "to");
  return Range{*from, *to};
}

Json entryJson(const AuditPage::Entry& entry) {
  Json::Object json = *ops::toJson(entry.record).object();
  json.push_back({"hash", entry.hash});
  return json;
}

}  // namespace

ops::AuditRecord recordOf(const Call& call, ops::AuditEvent event, std::string object) {
  const manage::Actor actor = call.actor();
  ops::AuditRecord record;
  record.actorKind = actor.kind;
  record.actor = manage::recordedName(actor);
  record.origin = actor.origin;
  record.event = std::string(ops::eventRow(event).name);
  record.object = std::move(object);
  return record;
}

void listAudit(Desk& desk, const CallPtr& call) {
  const auto range = rangeOf(*call);
  if (!range) return call->refuse(range.error());
  const auto limit = call->numberParameter("limit", 100, kMaxAuditPage, 1);
  if (!limit) return call->refuse(limit.error());
  const std::string_view order = call->parameter("order");
  if (!order.empty() && order != "oldest" && order != "newest") {
    return call->refuse({ProblemCode::BadParameter, "order must be oldest or newest.", "order", {}});
  }
  AuditQuery query;
  query.newestFirst = order == "newest";
  const auto cursor = call->numberParameter("cursor", query.newestFirst ? range->to : range->from, kLast);
  if (!cursor) return call->refuse(cursor.error());
  query.from = query.newestFirst ? range->from : std::max(range->from, *cursor);
  query.to = query.newestFirst ? std::min(range->to, *cursor) : range->to;
  query.event = std::string(call->parameter("event"));
  query.actor = std::string(call->parameter("actor"));
  query.limit = *limit;
  if (!query.event.empty() && ops::findAuditEvent(query.event) == nullptr) {
    return call->refuse({ProblemCode::BadParameter,
                         "There is no event " + query.event + "; docs/reference/audit-events.md has them.", "event", {}});
  }
  desk.archive.listAudit(std::move(query), [call](const manage::Wanted<AuditPage>& page) {
    if (!page) return call->refuse(page.error());
    Json::Array items;
    for (const AuditPage::Entry& entry : page->entries) items.push_back(entryJson(entry));
    call->answer(Json::Object{{"items", std::move(items)}, {"next_cursor", page->next ? Json(*page->next) : Json()}});
  });
}

// The record of the export and a checkpoint come first, so that an export without an end has its own record in it, signed.
void exportAudit(Desk& desk, const CallPtr& call) {
  const auto range = rangeOf(*call);
  if (!range) return call->refuse(range.error());
  manage::Step step;
  step.checkpoint = true;
  ops::AuditRecord record = recordOf(*call, ops::AuditEvent::LogExported, "audit-log");
  record.details = ops::auditDetails<ops::AuditEvent::LogExported>(
      {{"from", range->from}, {"to", range->to == kLast ? std::string("end") : std::to_string(range->to)}});
  step.audit.push_back(std::move(record));
  desk.clerk.carryOut(std::move(step), [&desk, call, range = *range](const manage::Wanted<std::uint64_t>& done) {
    if (!done) return call->refuse(done.error());
    desk.archive.exportAudit(range.from, range.to, [call](const manage::Wanted<std::string>& text) {
      if (!text) return call->refuse(text.error());
      call->exchange->answer({200, "application/x-ndjson", *text, {{"Content-Disposition", "attachment; filename=\"audit-log.jsonl\""}}});
    });
  });
}

void acceptRestore(Desk& desk, const CallPtr& call) {
  BodyReader body(call->body);
  ops::AuditRecord record = recordOf(*call, ops::AuditEvent::LogRestored, "audit-log");
  record.reason = body.text("reason", BodyReader::kMaxText);
  record.ticket = body.maybeText("ticket").value_or("");
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  desk.archive.acceptRestore(std::move(record), [&desk, call](const manage::Wanted<LogFindings>& log) {
    if (!log) return call->refuse(log.error());
    Json::Array lost;
    for (const evidence::LostRecords& one : log->lost) {
      lost.emplace_back(Json::Object{{"broken", one.broken}, {"from", one.from}, {"to", one.to}, {"head", one.head}});
    }
    call->answer(Json::Object{{"audit_log", kLogStateWords[static_cast<std::size_t>(desk.archive.logState())]},
                              {"broken", log->broken.empty() ? Json() : Json(log->broken)},
                              {"lost", std::move(lost)}});
  });
}

}  // namespace api

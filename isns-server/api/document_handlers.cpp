#include "isns-server/api/document_handlers.h"

#include "isns-server/api/change_request.h"
#include "isns-server/api/read_handlers.h"
#include "shared/base/plain_text.h"
#include "shared/san/document.h"

namespace api {

using base::Json;
using manage::ChangeSets;
using mgmt::ProblemCode;
using san::ObjectRef;

void exportDocument(Desk&, const CallPtr& call) {
  const auto kinds = kindsOf(*call, san::documentKinds());
  if (!kinds) return call->refuse(kinds.error());
  call->answer(san::exportDocument(call->snapshot(), *kinds, [&](ObjectRef ref) { return call->sees(ref); }));
}

void planDocument(Desk& desk, const CallPtr& call) {
  const auto mode = san::documentModeNamed(call->parameter("mode"));
  if (!mode) return call->refuse({ProblemCode::BadParameter, "mode is merge, add or whole.", "mode", {}});
  san::DocumentPlan plan = san::planDocument(present(desk), call->body, *mode);
  if (!plan.errors.empty()) {
    Json::Array errors;
    for (const san::DocumentError& error : plan.errors) {
      errors.emplace_back(Json::Object{{"pointer", error.pointer}, {"text", error.text}});
    }
    return call->refuse({ProblemCode::BadValue, plan.errors.front().text, plan.errors.front().pointer, {}},
                        {{"errors", std::move(errors)}});
  }
  const manage::Who who = whoOf(desk, *call);
  std::string title(call->parameter("title"));
  if (title.empty()) title = "as a document says";
  if (const std::string fault = base::plainTextFault(title, san::kMaxName); !fault.empty()) {
    return call->refuse({ProblemCode::BadParameter, "title " + fault + ".", "title", {}});
  }
  askChanges(
      desk, call, who,
      [who, call, title = std::move(title), edits = std::move(plan.edits)](ChangeSets& sets) {
        return sets.create(who, title, edits, call->now);
      },
      201);
}

}  // namespace api

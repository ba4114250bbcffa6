// object ...: makers of drafts about any object that administrators keep, field by field.
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_text.h"
#include "isns-server/ctl/zone_edits.h"
#include "shared/base/listed.h"
#include "shared/mgmt/field_text.h"

namespace ctl {
namespace {

using base::Json;

// "host:web1" is of a kind that is known.
Asked<san::Kind> kindOf(std::string_view object) {
  const auto kind = san::kindNamed(object.substr(0, object.find(':')));
  if (kind && object.find(':') != std::string_view::npos) return *kind;
  return base::fail(usageFailure(std::string(object), "this is no object",
                                 "its kind stands in front, as in host:web1; sanctl list shows what there is"));
}

Failure noField(san::Kind kind, std::string_view name) {
  const std::string names = base::listed(san::fieldsOf(kind), [](const san::FieldRow& row) {
    return row.writer == san::Writer::ChangeSet ? row.name : std::string_view();
  });
  return usageFailure(std::string(name), "a " + std::string(san::nameOf(kind)) + " has no field of that name to set",
                      names.empty() ? "it is not kept by administrators" : "its fields are: " + names);
}

// "field=value" of `object`, appended to `edits`.
Outcome setField(Json::Array& edits, san::Kind kind, const std::string& object, std::string_view word) {
  const std::size_t sign = word.find('=');
  if (sign == std::string_view::npos) {
    return base::fail(usageFailure(std::string(word), "a field and its value are wanted", "as in name=web1"));
  }
  const std::string_view name = word.substr(0, sign);
  const san::FieldRow* field = san::findField(kind, name);
  if (field == nullptr || field->writer != san::Writer::ChangeSet) return base::fail(noField(kind, name));
  const std::string_view text = word.substr(sign + 1);
  if (field->type == san::FieldType::Refs) {
    const auto steps = mgmt::memberSteps(text);
    for (const mgmt::MemberStep& step : steps) {
      auto member = mgmt::memberFromText(*field, step.name);
      if (!member)
        return base::fail(usageFailure(std::string(word), std::string(name) + " " + member.error().text, {}));
      edits.push_back(editJson(san::wordOf(step.op), object, name, std::move(*member)));
    }
    if (!steps.empty()) return {};
  }
  auto value = mgmt::fieldFromText(*field, text);
  if (!value) {
    return base::fail(
        usageFailure(std::string(word), std::string(name) + " " + value.error().text, std::string(field->doc)));
  }
  edits.push_back(editJson("set", object, name, std::move(*value)));
  return {};
}

}  // namespace

Outcome objectCreate(const Invocation& invocation, Context& context) {
  const std::string name = optionText(invocation, "KIND");
  const auto kind = san::kindNamed(name);
  if (!kind || san::rowOf(*kind).writer != san::Writer::ChangeSet) {
    return base::fail(usageFailure(name, "administrators make nothing of that kind",
                                   "as host, cluster, site, label, cable, network, fabric, window, map or approval"));
  }
  const std::string object = std::string(san::nameOf(*kind)) + ":+0";
  Json::Array edits{editJson("create", object)};
  for (const std::string_view word : invocation.all("FIELD=VALUE")) {
    if (auto done = setField(edits, *kind, object, word); !done) return done;
  }
  return draft(invocation, context, "Create a " + std::string(san::nameOf(*kind)), std::move(edits));
}

Outcome objectSet(const Invocation& invocation, Context& context) {
  const std::string object = optionText(invocation, "OBJECT");
  const auto kind = kindOf(object);
  if (!kind) return base::fail(kind.error());
  Json::Array edits;
  for (const std::string_view word : invocation.all("FIELD=VALUE")) {
    if (auto done = setField(edits, *kind, object, word); !done) return done;
  }
  return draft(invocation, context, "Change " + object, std::move(edits));
}

Outcome objectDelete(const Invocation& invocation, Context& context) {
  Json::Array edits;
  std::string names;
  for (const std::string_view object : invocation.all("OBJECT")) {
    const auto kind = kindOf(object);
    if (!kind) return base::fail(kind.error());
    if (san::rowOf(*kind).writer != san::Writer::ChangeSet) {
      return base::fail(
          usageFailure(std::string(object), "administrators do not keep objects of that kind, and delete none",
                       "a registration ends by sanctl isns deregister, an enrolment by sanctl agent revoke"));
    }
    edits.push_back(editJson("erase", std::string(object)));
    names.append(names.empty() ? "" : ", ").append(object);
  }
  return draft(invocation, context, "Delete " + names, std::move(edits));
}

}  // namespace ctl

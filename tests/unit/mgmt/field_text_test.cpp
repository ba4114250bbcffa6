// A field as somebody writes it: for each field that administrators write, what is written for its value reads back as
// that value.
#include "shared/mgmt/field_text.h"

#include <gtest/gtest.h>

#include "shared/mgmt/edit_json.h"
#include "tests/support/synthetic_san.h"

namespace {

using san::Kind;

TEST(FieldText, WhatIsWrittenForAValueReadsBackAsThatValue) {
  test::SyntheticPlan plan;
  plan.hosts = 12;
  plan.targets = 3;
  plan.units = 20;
  const san::Snapshot snapshot = test::syntheticSan(plan).snapshot;
  std::size_t read = 0;
  san::forEachKind([&]<class T>(T*) {
    snapshot.table<T>().forEach([&](san::Id id, const T& object) {
      for (const san::FieldRow& field : san::fieldsOf(T::kKind)) {
        if (field.writer != san::Writer::ChangeSet) continue;
        const san::Value value = field.get(object);
        const std::string text = mgmt::fieldText(snapshot, field, value);
        const auto json = mgmt::fieldFromText(field, text);
        ASSERT_TRUE(json) << field.name << ": " << text << ": " << json.error().text;
        const std::string ref = mgmt::toJson(snapshot, {T::kKind, id}, mgmt::References::Names);
        base::Json::Array edits{
            base::Json::Object{{"op", "set"}, {"object", ref}, {"field", std::string(field.name)}, {"value", *json}}};
        const auto parsed = mgmt::editsFromJson(base::Json(std::move(edits)), snapshot);
        ASSERT_TRUE(parsed) << field.name << ": " << text << ": " << parsed.error().text;
        const auto copy = san::copyObject(T::kKind, object);
        ASSERT_TRUE(san::setField(field, *copy, parsed->front().value, 1)) << field.name;
        EXPECT_TRUE(field.equal(object, *copy)) << san::nameOf(T::kKind) << " " << field.name << ": " << text;
        ++read;
      }
    });
  });
  EXPECT_GT(read, 200U);
}

}  // namespace

// iSNS objects as tables, records, JSON and CSV.
//
// Tables show what a person looks for (a portal as "10.0.0.1:3260/tcp"); JSON and CSV show the attributes one by one
// by their fields. Pure functions, safe from any thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "shared/ctl/output.h"
#include "shared/isns/response_reader.h"

namespace ctl {

// A column of a table. The tag of an IP address stands for the whole portal: 16 for 16 and 17, 49 for 49 and 50, and
// 2071 for 2071 and 2072.
struct ObjectColumn {
  std::string_view header;
  isns::Tag tag;
};

// The columns that tables have for a kind of object.
std::span<const ObjectColumn> columnsOf(isns::ObjectType type);

base::Json jsonOf(const isns::AttributeValue& attribute);
// What the object has of an attribute; all values of a repeatable one, as an array.
Cell cellOf(const isns::Object& object, isns::Tag tag);

// For tables.
Sheet displaySheet(std::span<const isns::Object> objects, std::span<const ObjectColumn> columns);
// For JSON and CSV: one column for each tag.
Sheet fieldSheet(std::span<const isns::Object> objects, std::span<const isns::Tag> tags);
// The tags that the objects have, in the order of the attribute table.
std::vector<isns::Tag> tagsIn(std::span<const isns::Object> objects);

// A list of objects of one kind; `tags` are the fields of the CSV and, if `chosen`, the columns of the table too.
void printObjects(Output& output, isns::ObjectType type, std::span<const isns::Object> objects,
                  std::span<const isns::Tag> tags, bool chosen);
// The same as a section of a report; columns that no object has are left out.
Sheet sectionSheet(const Output& output, isns::ObjectType type, std::span<const isns::Object> objects);
// One object, each attribute with its name in RFC 4171.
Record recordOf(const isns::Object& object);
// The same, in words for people where the output is a table.
Record displayRecord(const Output& output, const isns::Object& object);

}  // namespace ctl

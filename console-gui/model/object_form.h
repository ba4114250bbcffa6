// ObjectForm: objects that administrators keep, field by field: what stands in a form, and the edits that what somebody
// writes there becomes.
//
// Fields come from the field tables (shared/san/fields.h); texts are those of shared/mgmt/field_text.h. Several objects
// of one kind share a form: where they differ, a field is empty and stays as it is unless somebody writes in it. Pure
// functions of the SAN as the draft makes it, on any thread, but for what asks a workspace. Errors: a sentence for each
// field that is wrong, and no edits then.
#pragma once

#include <QString>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "console-gui/model/known_names.h"
#include "shared/san/edit.h"
#include "shared/san/fields.h"

namespace console {

class Workspace;

// What is made in a form, in the order of a menu; zones and sets are made on the page Zoning.
inline constexpr std::array kMadeInForms{san::Kind::Host,     san::Kind::Cluster,       san::Kind::Map,
                                         san::Kind::Approval, san::Kind::Label,         san::Kind::Cable,
                                         san::Kind::Site,     san::Kind::Network,       san::Kind::Fabric,
                                         san::Kind::Window,   san::Kind::SavedQuestion, san::Kind::SeparationRule};

// Why these have no form together, as a sentence; empty: they have one.
QString whyNoForm(const san::Snapshot& snapshot, std::span<const san::ObjectRef> objects);
// The same of objects that are selected, in the draft of the workspace: also why it cannot be changed now. On the UI
// thread.
QString whyNoForm(Workspace& workspace, std::span<const san::ObjectRef> objects);
// Why these cannot be taken out of the SAN by a draft.
QString whyNoErase(const san::Snapshot& snapshot, std::span<const san::ObjectRef> objects);
std::vector<san::Edit> eraseEdits(std::span<const san::ObjectRef> objects);

struct FormField {
  const san::FieldRow* row = nullptr;
  QString text;          // as it is, or was when somebody began to write there
  bool differs = false;  // several objects, and they differ
  [[nodiscard]] bool isLink() const { return row->type == san::FieldType::Ref || row->type == san::FieldType::Refs; }
};

struct ObjectForm {
  san::Kind kind = san::Kind::None;
  std::vector<san::ObjectRef> objects;  // none: a new one
  std::vector<FormField> fields;
};
ObjectForm formOf(const san::Snapshot& snapshot, san::Kind kind, std::vector<san::ObjectRef> objects);

// What the links of a form can be, by the name of the field.
using FormNames = std::map<std::string_view, KnownNames>;
FormNames formNames(const san::Snapshot& snapshot, const ObjectForm& form);

struct FormFault {
  std::size_t field = 0;  // a place in ObjectForm::fields
  QString text;
};
struct FormEdits {
  std::vector<san::Edit> edits;  // nothing where nothing is written
  std::vector<FormFault> faults;
};
// `texts`: of each field as it stands now; nothing: nobody has written there. `fresh`: a provisional id for a new
// object.
FormEdits formEdits(const san::Snapshot& snapshot, const ObjectForm& form, const FormNames& names,
                    std::span<const std::optional<QString>> texts, san::ObjectRef fresh);

}  // namespace console

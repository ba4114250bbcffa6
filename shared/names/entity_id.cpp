#include "shared/names/entity_id.h"

#include "shared/names/prepare.h"

namespace names {

base::Result<std::string_view> normaliseEntityId(std::string_view in, std::string& scratch) {
  return prepare(Profile::Nameprep, in, kMaxEntityId, scratch);
}

}  // namespace names

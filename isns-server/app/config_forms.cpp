#include "isns-server/app/config_forms.h"

#include "shared/names/wwn.h"

namespace app {

base::Status checkOui(std::string_view text) {
  if (const auto oui = names::parseOui(text); !oui) return base::fail(oui.error());
  return {};
}

}  // namespace app

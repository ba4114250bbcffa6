// docs/reference/document.md: what a document of sanctl export, apply and import may hold, from the kinds and field
// tables of shared/san. Pure function.
#pragma once

#include <string>

namespace app {

std::string documentPage();

}  // namespace app

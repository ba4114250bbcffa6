// Documents of the SAN (shared/san/document.h) as text: JSON or YAML, by what was said, by a file's name, by its look.
//
// One thread. Failures are Exit::Usage with the place of what is wrong.
#pragma once

#include <string>
#include <string_view>

#include "shared/base/json.h"
#include "shared/ctl/command.h"

namespace ctl {

inline constexpr std::string_view kDocumentFormats[] = {"json", "yaml"};

enum class DocumentFormat : std::uint8_t { Json, Yaml };

// That of --format, else that of the file's ending (.json, .yaml, .yml).
std::optional<DocumentFormat> formatOf(const Invocation& invocation, std::string_view file);

// Without a format a text that begins with { or [ is JSON. `name`: what errors call it.
Asked<base::Json> readDocument(std::string_view text, std::optional<DocumentFormat> format, const std::string& name);
std::string documentText(const base::Json& document, DocumentFormat format);

}  // namespace ctl

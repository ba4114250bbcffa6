#include "isns-server/ctl/document_text.h"

#include "shared/base/byte_order_mark.h"
#include "shared/base/json_reader.h"
#include "shared/yaml/yaml_text.h"

namespace ctl {

std::optional<DocumentFormat> formatOf(const Invocation& invocation, std::string_view file) {
  if (const auto said = invocation.one("--format"))
    return *said == "yaml" ? DocumentFormat::Yaml : DocumentFormat::Json;
  if (file.ends_with(".json")) return DocumentFormat::Json;
  if (file.ends_with(".yaml") || file.ends_with(".yml")) return DocumentFormat::Yaml;
  return std::nullopt;
}

Asked<base::Json> readDocument(std::string_view text, std::optional<DocumentFormat> format, const std::string& name) {
  text = base::withoutByteOrderMark(text);
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  const bool looksLikeJson = begin != std::string_view::npos && (text[begin] == '{' || text[begin] == '[');
  const bool json = format ? *format == DocumentFormat::Json : looksLikeJson;
  auto document = json ? base::parseJson(text) : yaml::parseYaml(text);
  if (document) return std::move(*document);
  return base::fail(
      usageFailure(name, std::string("this is no ") + (json ? "JSON: " : "YAML: ") + document.error().text, {}));
}

std::string documentText(const base::Json& document, DocumentFormat format) {
  if (format == DocumentFormat::Yaml) return yaml::yamlText(document);
  std::string text;
  document.writePretty(text);
  return text + "\n";
}

}  // namespace ctl

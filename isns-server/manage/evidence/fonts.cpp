#include "isns-server/manage/evidence/fonts.h"

// The assembler puts the files of the package fonts-dejavu-core here; CMake says where they are.
#define SANCTUM_EMBED(name, file)                                                                              \
  asm(".section .rodata\n.balign 16\n" #name ":\n.incbin \"" file "\"\n" #name "_end:\n.byte 0\n.previous\n"); \
  extern "C" const std::uint8_t name[];                                                                        \
  extern "C" const std::uint8_t name##_end[];

SANCTUM_EMBED(sanctum_font_regular, SANCTUM_FONT_REGULAR)
SANCTUM_EMBED(sanctum_font_bold, SANCTUM_FONT_BOLD)

namespace manage {

base::ByteView regularFont() { return {sanctum_font_regular, sanctum_font_regular_end}; }
base::ByteView boldFont() { return {sanctum_font_bold, sanctum_font_bold_end}; }

}  // namespace manage

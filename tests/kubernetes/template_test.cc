// SPDX-FileCopyrightText: The pinwarden authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest/gtest.h"
#include "kubernetes/find.h"

namespace pinwarden {
namespace {

using testing::FindCase;

constexpr char kNotFilledIn[] =
    "Helm template ?: this is a template of a Helm chart, and its images are "
    "known only once it is filled in; lint the output of `helm template`\n";

TEST(HelmTemplateTest, KnowsOneByItsActionsAndPlace) {
  const struct {
    const char* path;
    const char* text;
    bool want;
  } kCases[] = {
      {"web.yaml", "image: {{ .Values.image }}", true},
      {"web.yaml", "{{- if .Values.enabled }}\na: b\n{{- end }}", true},
      {"web.yaml", "name: {{ include \"web.name\" . }}", true},
      {"web.yaml", "a: {{ b }}\nc: {{ .Release.Name }}", true},
      {"web.yaml", "image: '{{inputs.parameters.image}}'", false},
      {"web.yaml", "image: ${{ matrix.image }}", false},
      {"web.yaml", "run: docker ps --format '{{ .Names }}'", false},
      {"web.yaml", "# .Values\nimage: nginx", false},
      {"web.yaml", "{{", false},
      {"chart/templates/web.yaml", "a: {{ b }}", true},
      {"templates/web.yaml", "a: {{ b }}", true},
      {"chart/templates/web.yaml", "a: b", false},
      {"chart/mytemplates/web.yaml", "a: {{ b }}", false},
      {"web.yaml", "", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(std::string(c.path) + ": " + c.text);
    EXPECT_EQ(LooksLikeHelmTemplate(c.path, c.text), c.want);
  }
}

TEST(HelmTemplateTest, IsNotJudgedButNeverLeftOut) {
  const std::string no = kNotFilledIn;
  const struct {
    const char* name;
    const char* text;
    std::string want;
  } kCases[] = {
      {"actions between lines",
       "apiVersion: apps/v1\nkind: Deployment\nspec:\n  {{- with .Values.x }}\n"
       "  y: z\n  {{- end }}\n",
       "4:3-24 ~\"\" " + no},
      {"an action as the image, which is a mapping to YAML",
       "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n"
       "  - image: {{ .Values.image }}\n",
       "5:12-31 ~\"\" " + no +
           "5:12-31 ~\"{{ .Values.image }}\" Pod, container 1 ?: \"{{ "
           ".Values.image }}\" is a template; lint what is made of it, such as "
           "the output of `helm template`\n"},
      {"actions in quotes: the rest is judged",
       "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n"
       "  - image: \"a:{{ .Values.tag }}\"\n  - image: b\n",
       "5:13-32 ~\"a:{{ .Values.tag }}\" Pod, container 1 ?: \"{{ .Values.tag "
       "}}\" is a template; lint what is made of it, such as the output of "
       "`helm template`\n"
       "6:12-13 \"b\" Pod, container 2\n"},
      {"only kinds without an image",
       "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n"
       "{{- if .Values.role }}\n---\nkind: Role\n{{- end }}\n",
       ""},
      {"a kind without an image, and another one",
       "kind: Service\nname: {{ .Release.Name }}\n---\nkind: Pod\n{{ end }}\n",
       "2:7-26 ~\"\" " + no},
      {"helpers, which have no kind",
       "{{- define \"web.image\" -}}\nnginx\n{{- end -}}\n",
       "1:1-27 ~\"\" " + no},
      {"an action that does not end", "a: {{ .Values.x\n", "1:4-6 ~\"\" " + no},
      {"a manifest all the same",
       "{apiVersion: v1, kind: Pod, spec: {containers: [{image: x}]}}",
       "1:57-58 \"x\" Pod, container 1\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.name);
    const SourceTree tree = ParseYamlSource(c.text);
    EXPECT_EQ(testing::ShowUses(FindHelmTemplateImages(
                                    {"templates/a.yaml", c.text}, tree, {}),
                                c.text),
              c.want);
  }
}

}  // namespace
}  // namespace pinwarden

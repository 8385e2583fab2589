import Specification
import Testing

@Suite("An OpenRPC document that contradicts itself is refused at the line")
struct OpenRPCRefusalTests {
    @Test("around its methods", arguments: brokenEnvelope)
    func envelope(_ broken: Broken) throws { try refuse(broken) }

    @Test("in x-rpc", arguments: brokenRules)
    func rules(_ broken: Broken) throws { try refuse(broken) }

    @Test("in its methods", arguments: brokenMethods)
    func methods(_ broken: Broken) throws { try refuse(broken) }

    @Test("in its errors", arguments: brokenErrors)
    func errors(_ broken: Broken) throws { try refuse(broken) }

    @Test("in its schemas", arguments: brokenSchemas)
    func schemas(_ broken: Broken) throws { try refuse(broken) }

    private func refuse(_ broken: Broken) throws {
        try broken.expectRefusal { yaml throws(SpecificationError) in
            _ = try OpenRPCDocument(yaml: yaml, name: "test.yaml")
        }
    }
}

private func broken(_ title: String, _ replace: String, _ with: String, at: Broken.Place, says: String) -> Broken {
    Broken(title, in: shop, replace, with, at: at, says: says)
}

private let noMoneyRef = "- $ref: '#/components/errors/NoMoney'"
private let amountSchema = "Amount: {type: integer, format: int64, minimum: 1, maximum: 900, examples: [5]}"

private let brokenEnvelope: [Broken] = [
    broken("another version", "openrpc: 1.3.2", "openrpc: 1.2.6", at: "openrpc:", says: "1.2.6 is not 1.3"),
    broken("a version that YAML takes for a number", "openrpc: 1.3.2", "openrpc: 1.3", at: "openrpc:", says: "string"),
    broken("no openrpc", "openrpc: 1.3.2", "# nothing", at: "info:", says: "lacks `openrpc`"),
    broken("no title", "title: Shop, ", "", at: "info:", says: "lacks `title`"),
    broken("an unknown key", "info:", "servers: []\ninfo:", at: "servers", says: "unknown key `servers`"),
    broken("no x-rpc", "x-rpc:", "x-rcp:", at: "openrpc", says: "lacks `x-rpc`"),
    broken("methods that are no list", "methods:", "methods: {}\nothers:", at: "methods:", says: "must be a list"),
    broken("components that are a list", "components:", "components: []\nothers:", at: "components:", says: "mapping"),
]

private let brokenRules: [Broken] = [
    broken("a word nobody knows", "version: required", "version: maybe", at: "maybe", says: "optional, required"),
    broken("a missing flag", "  params: optional\n", "", at: "version: required", says: "lacks `params`"),
    broken("batches without a limit", "  batch-limit: 5\n", "", at: "version: required", says: "lacks `batch-limit`"),
    broken("a batch limit of 0", "batch-limit: 5", "batch-limit: 0", at: "batch-limit", says: "from 1 to 1000"),
    broken("a limit without batches", "batches: allowed", "batches: refused", at: "batch-limit", says: "unknown key"),
    broken("an event without an error", "    notPost: BadCall\n", "", at: "parseError:", says: "lacks `notPost`"),
    broken("an event nobody knows", "notPost:", "notGet: Failed\n    notPost:", at: "notGet", says: "`notGet`"),
    broken("an event's unknown error", "notPost: BadCall", "notPost: Bad", at: "notPost", says: "no error Bad"),
    broken("a range upside down", "minimum: -59", "minimum: -49", at: "payer: {", says: "-49 is above `maximum` -50"),
    broken("ranges that overlap", "maximum: -90", "maximum: -58", at: "other: {", says: "overlaps payer"),
    broken("a range's unknown rule", "data: required", "data: some", at: "payer: {", says: "required, optional"),
    broken("a null flag", "version: required", "version:", at: "  version:", says: "must be a string, not nothing"),
]

private let brokenMethods: [Broken] = [
    broken("a method twice", "name: Sell", "name: Buy", at: .last("- name: Buy"), says: "Buy is there twice"),
    broken("a parameter twice", "name: note", "name: amount", at: .last("name: amount"), says: "amount is there twice"),
    broken("parameters by position", "by-name", "by-position", at: "by-position", says: "must be one of by-name"),
    broken("no paramStructure", "    paramStructure: by-name\n", "", at: "name: Buy", says: "lacks `paramStructure`"),
    broken("no summary", "    summary: Buy something.\n", "", at: "name: Buy", says: "lacks `summary`"),
    broken("an empty summary", "Buy something.", "' '", at: "summary: ' '", says: "must not be empty"),
    broken(
        "a parameter without schema", "{name: amount, required: true, schema: {$ref: '#/components/schemas/Amount'}}",
        "{name: amount, required: true}", at: "{name: amount", says: "lacks `schema`"),
    broken("a flag that is a word", "required: true", "required: 'true'", at: "name: amount", says: "true or false"),
    broken(
        "no result schema", "{name: done, schema: {const: true}}", "{name: done}", at: "name: done",
        says: "lacks `schema`"),
    broken("a dangling error", noMoneyRef, "- $ref: '#/components/errors/Poor'", at: "Poor", says: "there is no #/"),
    broken(
        "a reference elsewhere", noMoneyRef, "- $ref: '#/components/schemas/NoMoney'", at: "schemas/NoMoney",
        says: "there is no #/components/schemas/NoMoney"),
    broken(
        "an error declared twice", "errors/NoShop", "errors/NoMoney", at: .last("errors/NoMoney"), says: "NoMoney twice"
    ),
    broken("an inline error", noMoneyRef, "- {code: 5, message: x}", at: "{code: 5", says: "lacks `$ref`"),
    broken(
        "an unknown x-invalid-params", "x-invalid-params: BadSale", "x-invalid-params: Bad", at: "params: Bad",
        says: "no error Bad"),
    broken("a misspelt extension", "x-optional", "x-optionel", at: "x-optionel", says: "unknown key `x-optionel`"),
]

private let brokenErrors: [Broken] = [
    broken("one code twice", "code: -4", "code: -3", at: .last("code: -3"), says: "already belongs to Failed"),
    broken(
        "a code shared with the wrong error", "same-code-as: NoMoney", "same-code-as: Failed", at: "same-code-as",
        says: "Failed has the code -3, not -50"),
    broken(
        "a code shared with nobody", "same-code-as: NoMoney", "same-code-as: Nobody", at: "same-code-as",
        says: "no error Nobody"),
    broken("a code outside its range", "code: -50", "code: -60", at: "code: -60", says: "outside the range payer"),
    broken("a code in a range it does not name", "code: -4", "code: -51", at: "code: -51", says: "in the range payer"),
    broken("an unknown range", "range: payer", "range: buyer", at: "range: buyer", says: "no code range buyer"),
    broken("a code that is a string", "code: -1", "code: '-1'", at: "code: '-1'", says: "must be an integer"),
    broken("no code", "code: -1, ", "", at: "message: Bad call.", says: "lacks `code`"),
    broken("no English", ", message: Bad call.", "", at: "code: -1", says: "lacks `message`"),
    broken("what OpenRPC does not allow", "code: -1", "x-ru: Плохо, code: -1", at: "x-ru", says: "unknown key `x-ru`"),
    broken("no Russian", "ru: Плохо., ", "", at: "{uz: Yomon.}", says: "lacks `ru`"),
    broken("no Uzbek", ", uz: Yomon.}", "}", at: "{ru: Плохо.}", says: "lacks `uz`"),
    broken("an empty text", "uz: Yomon.", "uz: ''", at: "uz: ''", says: "`uz` must not be empty"),
    broken("a fourth language", "uz: Yomon.", "uz: Yomon., kk: Жаман.", at: "kk:", says: "unknown key `kk`"),
    broken("an unknown rule", "data: required, ru", "data: never, ru", at: "never", says: "required, optional"),
    broken(
        "no translations", "  BadSale: {ru: Плохая продажа., uz: Yomon savdo.}\n", "", at: "BadSale: {code",
        says: "x-errors lacks BadSale"),
    broken(
        "translations of nothing", "x-errors:", "x-errors:\n  Other: {ru: а, uz: b}", at: "Other: {",
        says: "there is no error Other"),
    broken(
        "an error nobody uses", "    x-invalid-params: BadSale\n", "", at: "BadSale: {code",
        says: "uses the error BadSale"),
]

private let brokenSchemas: [Broken] = [
    broken("a dangling $ref", "schemas/Amount'", "schemas/Sum'", at: "schemas/Sum'", says: "there is no #/"),
    broken(
        "a $ref with company", "{$ref: '#/components/schemas/Amount'}",
        "{$ref: '#/components/schemas/Amount', minimum: 2}", at: "minimum: 2", says: "unknown key `minimum`"),
    broken("an unknown keyword", "minLength: 1", "pattern: x", at: "pattern", says: "unknown key `pattern`"),
    broken("an unknown type", "type: array", "type: list", at: "type: list", says: "must be one of null, boolean"),
    broken("a type twice", "[string, 'null']", "[string, string]", at: "[string, string]", says: "one type twice"),
    broken("no type", "[string, 'null']", "[]", at: "type: []", says: "must not be an empty list"),
    broken("an unknown format", "format: int64", "format: int32", at: "int32", says: "must be one of int64"),
    broken("a required stranger", "required: [state]", "required: [stat]", at: "required: [stat]", says: "names stat"),
    broken("a minimum above the maximum", "minimum: 1", "minimum: 901", at: "minimum: 901", says: "901 is above"),
    broken("lengths upside down", "minLength: 1", "minLength: 10", at: "minLength: 10", says: "10 is above"),
    broken("counts upside down", "minItems: 1", "minItems: 4", at: "minItems: 4", says: "4 is above"),
    broken("a negative count", "minItems: 1", "minItems: -1", at: "minItems: -1", says: "must not be negative"),
    broken("a bound of another type", "minLength: 1", "minimum: 1", at: "maxLength: 9", says: "does not suit"),
    broken(
        "a bound on fractions", "type: integer, format: int64", "type: [integer, number]", at: "    Amount: {type",
        says: "`minimum` does not suit"),
    broken("a bound without a type", "{const: true}", "{maxLength: 3}", at: "name: done", says: "does not suit"),
    broken("an empty enum", "enum: [1, 2]", "enum: []", at: "enum: []", says: "`enum` must not be empty"),
    broken("an enum with a value twice", "enum: [1, 2]", "enum: [1, 1]", at: "enum: [1, 1]", says: "one value twice"),
    broken("an enum of another type", "enum: [1, 2]", "enum: [1, two]", at: "two", says: "does not allow this value"),
    broken("an enum of objects", "enum: [1, 2]", "enum: [{}]", at: "enum: [{}]", says: "null, a boolean"),
    broken("enum and const", "enum: [1, 2]", "enum: [1], const: 1", at: "const: 1", says: "not both"),
    broken(
        "a schema nobody uses", "  schemas:\n", "  schemas:\n    Spare: {type: null}\n", at: "Spare",
        says: "nothing uses the schema Spare"),
    broken(
        "a schema that refers to itself", amountSchema, "Amount: {$ref: '#/components/schemas/Amount'}",
        at: "    Amount: {", says: "Amount refers to itself"),
    broken(
        "schemas that refer to each other", amountSchema,
        "Amount: {$ref: '#/components/schemas/Sum'}\n    Sum: {type: array, items: {$ref: '#/components/schemas/Amount'}}",
        at: "    Sum: {", says: "refers to itself"),
    broken("a schema that is a word", "schema: {const: true}", "schema: any", at: "schema: any", says: "a mapping"),
]

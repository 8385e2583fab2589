extension ClickSpecification {
    /// Reads a document and refuses one that contradicts itself.
    ///
    /// - Parameters:
    ///   - yaml: the document, in UTF-8
    ///   - name: what errors call it
    public init(yaml: [UInt8], name: String = "click.openapi.yaml") throws(SpecificationError) {
        var document = try SpecNode(yaml: yaml, name: name).fields("the document")
        _ = try document.required("openapi")
        _ = try document.required("info")
        _ = try document.required("paths")
        let fields = try Self.fields(try document.required("components"))
        let signatures = try Signatures(try document.required("x-signatures"), fields: fields)
        prepareSignature = signatures.prepare
        completeSignature = signatures.complete
        advancedSignature = signatures.advanced
        var actions = try document.required("x-actions").fields("x-actions")
        shopActions = try Self.numbers(
            try actions.required("shop"), "shop", names: ["prepare", "complete"])
        advancedActions = try Self.numbers(
            try actions.required("advanced"), "advanced",
            names: ["getinfo", "prepare", "complete", "check", "compare"])
        try actions.finish()
        let cancel = try document.required("x-suite-cancel")
        suiteCancel = try cancel.integer("x-suite-cancel")
        guard suiteCancel < 0 else { throw cancel.error("a cancel is below 0") }
        checkStatuses = try Self.numbers(
            try document.required("x-check-statuses"), "x-check-statuses", names: ["waiting", "failed", "done"])
        answers = try Self.answers(try document.required("x-errors"))
        self.fields = fields
        try document.finish()
    }

    private static func fields(_ components: SpecNode) throws(SpecificationError) -> [Field] {
        var parts = try components.fields("components")
        var schemas = try parts.required("schemas").fields("schemas")
        let callback = try schemas.required("Callback")
        var schema = try callback.fields("Callback")
        _ = try schema.requiredString("type")
        let requiredNode = try schema.required("required")
        let required = try requiredNode.uniqueStrings("required")
        var fields: [Field] = []
        for entry in try schema.required("properties").entries("properties") {
            fields.append(try field(entry, isRequired: required.contains(entry.key)))
        }
        try schema.finish()
        for item in try requiredNode.sequence("required") {
            let name = try item.string("required")
            guard fields.contains(where: { $0.name == name }) else { throw item.error("there is no field \(name)") }
        }
        return fields
    }

    private static func field(_ entry: SpecEntry, isRequired: Bool) throws(SpecificationError) -> Field {
        var words = try entry.value.fields("the field \(entry.key)")
        _ = try words.requiredString("type")
        let kind = try words.required("x-type").word("x-type", as: Field.Kind.self)
        _ = try words.optionalString("description")
        // 19 digits and a minus: 64 bits.
        let longest = try words.optionalInteger("maxLength") ?? 20
        let shortest = try words.optionalInteger("minLength") ?? 0
        try words.finish()
        guard shortest >= 0, longest >= shortest, longest <= 65_536 else {
            throw SpecificationError(
                document: entry.value.document, line: entry.line,
                message: "the field \(entry.key) has no possible length")
        }
        return Field(
            name: entry.key, isRequired: isRequired, kind: kind, minimumLength: Int(shortest),
            maximumLength: Int(longest))
    }

    private static func numbers(
        _ node: SpecNode, _ what: String, names: [String]
    ) throws(SpecificationError) -> [String: Int64] {
        var words = try node.fields(what)
        var numbers: [String: Int64] = [:]
        for name in names {
            let value = try words.required(name)
            let number = try value.integer(name)
            guard !numbers.values.contains(number) else { throw value.error("\(what) has the number \(number) twice") }
            numbers[name] = number
        }
        try words.finish()
        return numbers
    }

    private static func answers(_ node: SpecNode) throws(SpecificationError) -> [Answer] {
        var answers: [Answer] = []
        for entry in try node.entries("x-errors") {
            var words = try entry.value.fields("the error \(entry.key)")
            let codeNode = try words.required("code")
            let code = try codeNode.integer("code")
            guard code <= 0 else { throw codeNode.error("a code is 0 or below") }
            if code == 0, let other = answers.first(where: { $0.code == 0 }) {
                throw codeNode.error("\(other.name) is the success already")
            }
            answers.append(Answer(name: entry.key, code: code, note: try words.requiredString("note")))
            try words.finish()
        }
        guard answers.contains(where: { $0.code == 0 }) else { throw node.error("no answer has the code 0") }
        return answers
    }
}

/// The lists under `x-signatures`.
private struct Signatures {
    let prepare: [ClickSpecification.SignaturePart]
    let complete: [ClickSpecification.SignaturePart]
    let advanced: [ClickSpecification.SignaturePart]

    /// Members of the Advanced Shop's calls.
    private static let advancedFields: Set<String> = [
        "click_paydoc_id", "attempt_trans_id", "service_id", "action", "sign_time",
    ]

    init(_ node: SpecNode, fields: [ClickSpecification.Field]) throws(SpecificationError) {
        var lists = try node.fields("x-signatures")
        let names = Set(fields.map(\.name))
        prepare = try Self.parts(try lists.required("prepare"), names, hasParams: false)
        complete = try Self.parts(try lists.required("complete"), names, hasParams: false)
        advanced = try Self.parts(try lists.required("advanced"), Self.advancedFields, hasParams: true)
        try lists.finish()
    }

    private static func parts(
        _ node: SpecNode, _ names: Set<String>, hasParams: Bool
    ) throws(SpecificationError) -> [ClickSpecification.SignaturePart] {
        var parts: [ClickSpecification.SignaturePart] = []
        _ = try node.uniqueStrings("signature")
        for item in try node.sequence("signature") {
            let word = try item.string("signature")
            switch word {
            case "SECRET_KEY": parts.append(.secret)
            case "params" where hasParams: parts.append(.params)
            case _ where names.contains(word): parts.append(.field(word))
            default: throw item.error("there is no field \(word) to sign")
            }
        }
        // Without it anybody could sign.
        guard parts.contains(.secret) else { throw node.error("a signature needs SECRET_KEY") }
        return parts
    }
}

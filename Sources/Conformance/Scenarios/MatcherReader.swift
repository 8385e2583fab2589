import Specification
import StrictJSON

/// Reads matchers; knows the named ones.
struct MatcherReader {
    private let named: [String: Matcher]

    /// - Parameter entries: the document's `matchers`
    init(_ entries: [SpecEntry]) throws(SpecificationError) {
        var named: [String: Matcher] = [:]
        let reader = MatcherReader(named: [:])
        for entry in entries { named[entry.key] = try reader.matcher(entry.value) }
        self.named = named
    }

    private init(named: [String: Matcher]) { self.named = named }

    /// The members of `result`, `fields` or a statement's row.
    func fields(_ node: SpecNode, what: String) throws(SpecificationError) -> [FieldRule] {
        var rules: [FieldRule] = []
        for entry in try node.entries(what) {
            rules.append(FieldRule(name: entry.key, matcher: try matcher(entry.value)))
        }
        return rules
    }

    /// A matcher: a mapping of keywords, or a value that must be equalled.
    func matcher(_ node: SpecNode) throws(SpecificationError) -> Matcher {
        guard case .mapping = node.content else { return .equals(try Template(node)) }
        var fields = try node.fields("a matcher")
        if let name = fields.optional("as") {
            try fields.finish()
            guard let matcher = named[try name.string("as")] else {
                throw name.error("there is no matcher \(try name.string("as"))")
            }
            return matcher
        }
        var parts = try conditions(&fields)
        let alternative = try fields.optional("or").map { node throws(SpecificationError) in try matcher(node) }
        let note = try fields.optionalString("note")
        let isOptional = try fields.optionalBoolean("optional") ?? false
        try fields.finish()
        if parts.isEmpty && isOptional { parts = [.all([])] }
        guard !parts.isEmpty else {
            throw node.error(
                "a matcher needs one of is, equals, not, one_of, near_now, at_least, at_most, digits, fields and each")
        }
        guard note == nil || alternative != nil else { throw node.error("a matcher's `note` belongs to its `or`") }
        var rule: Matcher = parts.count == 1 ? parts.removeFirst() : .all(parts)
        if let alternative { rule = .either(rule, or: alternative, note: note) }
        return isOptional ? .optional(rule) : rule
    }

    private func conditions(_ fields: inout SpecFields) throws(SpecificationError) -> [Matcher] {
        var parts: [Matcher] = []
        if let node = fields.optional("is") { parts.append(.kind(try node.word("is"))) }
        if let node = fields.optional("equals") { parts.append(.equals(try Template(node))) }
        if let node = fields.optional("not") { parts.append(.not(try Template(node))) }
        if let nodes = try fields.optionalSequence("one_of") {
            var templates: [Template] = []
            for node in nodes { templates.append(try Template(node)) }
            parts.append(.oneOf(templates))
        }
        if let node = fields.optional("near_now") {
            guard let milliseconds = DurationText.milliseconds(try node.string("near_now")) else {
                throw node.error("`near_now` must be a duration such as 1h")
            }
            parts.append(.nearNow(milliseconds))
        }
        if let node = fields.optional("at_least") { parts.append(.atLeast(try Template(node))) }
        if let node = fields.optional("at_most") { parts.append(.atMost(try Template(node))) }
        if let digits = try fields.optionalInteger("digits") { parts.append(.digits(Int(clamping: digits))) }
        if let node = fields.optional("fields") { parts.append(.fields(try self.fields(node, what: "fields"))) }
        if let node = fields.optional("each") { parts.append(.each(try matcher(node))) }
        return parts
    }
}

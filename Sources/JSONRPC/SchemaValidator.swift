public import Specification
public import StrictJSON

/// A schema made ready to hold values against, once, at the start.
public final class SchemaValidator: Sendable {
    private let types: JSONSchema.Types
    private let literals: [JSONValue]?
    private let properties: [Property]
    private let allowsOtherProperties: Bool
    private let items: SchemaValidator?
    private let itemCount: JSONSchema.Bounds
    private let length: JSONSchema.Bounds
    private let range: JSONSchema.Bounds
    private let isInt64: Bool

    private struct Property: Sendable {
        let name: String
        let isRequired: Bool
        let validator: SchemaValidator
    }

    /// Takes a schema and all that are inside it.
    public init(_ schema: JSONSchema) {
        types = schema.types
        literals = schema.literals?.map(JSONValue.init)
        properties = schema.properties.map {
            Property(name: $0.name, isRequired: $0.isRequired, validator: SchemaValidator($0.schema))
        }
        allowsOtherProperties = schema.allowsOtherProperties
        items = schema.items.map(SchemaValidator.init)
        itemCount = schema.itemCount
        length = schema.length
        range = schema.range
        isInt64 = schema.isInt64
    }

    /// The first place where a value does not fit, or nil if all of it does.
    public func firstViolation(in value: JSONValue) -> SchemaViolation? {
        guard !types.isDisjoint(with: value.schemaTypes) else { return .here("must be \(types.words)") }
        if let literals, !literals.contains(value) { return .here("must be one of the listed values") }
        switch value {
        case .null, .bool: return nil
        case .integer(let number): return violation(of: number)
        case .number(let text): return violation(ofNumber: text)
        case .string(let text): return violation(of: text)
        case .array(let items): return violation(in: items)
        case .object(let object): return violation(in: object)
        }
    }
}

extension SchemaValidator {
    private func violation(of number: Int64) -> SchemaViolation? {
        if let minimum = range.minimum, number < minimum { return .here("must be at least \(minimum)") }
        if let maximum = range.maximum, number > maximum { return .here("must be at most \(maximum)") }
        return nil
    }

    /// A fraction, `-0`, or an integer beyond 64 bits. Bounds only stand beside types that exclude fractions, so what
    /// is left to compare lies beyond every bound on the side of its sign, or is `-0`.
    private func violation(ofNumber text: String) -> SchemaViolation? {
        if isInt64 { return .here("must be a 64-bit integer") }
        if text == "-0" { return violation(of: 0) }
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        if let minimum = range.minimum, isNegative { return .here("must be at least \(minimum)") }
        if let maximum = range.maximum, !isNegative { return .here("must be at most \(maximum)") }
        return nil
    }

    private func violation(of text: String) -> SchemaViolation? {
        // JSON may carry it, but C strings end at it and PostgreSQL's text cannot hold it.
        if text.utf8.contains(0) { return .here("must not contain the character U+0000") }
        guard length.minimum != nil || length.maximum != nil else { return nil }
        let count = text.unicodeScalars.count
        if let minimum = length.minimum, count < minimum { return .here("must be at least \(minimum) characters long") }
        if let maximum = length.maximum, count > maximum { return .here("must be at most \(maximum) characters long") }
        return nil
    }

    private func violation(in elements: [JSONValue]) -> SchemaViolation? {
        let count = elements.count
        if let minimum = itemCount.minimum, count < minimum { return .here("must have \(minimum) items or more") }
        if let maximum = itemCount.maximum, count > maximum { return .here("must have \(maximum) items or fewer") }
        guard let items else { return nil }
        for (index, element) in elements.enumerated() {
            if let violation = items.firstViolation(in: element) { return violation.inside(item: index) }
        }
        return nil
    }

    private func violation(in object: JSONObject) -> SchemaViolation? {
        var known = 0
        for property in properties {
            guard let value = object[property.name] else {
                guard property.isRequired else { continue }
                return .here("is missing").inside(member: property.name)
            }
            known += 1
            if let violation = property.validator.firstViolation(in: value) {
                return violation.inside(member: property.name)
            }
        }
        guard allowsOtherProperties || known == object.count else { return .here("must not have other members") }
        return nil
    }
}

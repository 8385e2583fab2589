import Specification
import Testing

/// A document broken in one place, and what must be said about it.
struct Broken: Sendable, CustomTestStringConvertible {
    let title: String
    let text: String
    /// What is replaced, once; it must be there.
    let replace: String
    let with: String
    /// The line that must be named, as it reads after the change.
    let at: Place
    /// Part of the sentence that must be said.
    let says: String

    /// A line, by part of it.
    enum Place: Sendable, ExpressibleByStringLiteral {
        case first(String)
        case last(String)

        init(stringLiteral value: String) { self = .first(value) }

        func number(in text: String) -> Int? {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let index =
                switch self {
                case .first(let part): lines.firstIndex { $0.contains(part) }
                case .last(let part): lines.lastIndex { $0.contains(part) }
                }
            return index.map { $0 + 1 }
        }
    }

    init(_ title: String, in text: String, _ replace: String, _ with: String, at: Place, says: String) {
        self.title = title
        self.text = text
        self.replace = replace
        self.with = with
        self.at = at
        self.says = says
    }

    var testDescription: String { title }

    /// Reads the broken document and expects the refusal.
    func expectRefusal(
        by read: ([UInt8]) throws(SpecificationError) -> Void, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let range = try #require(text.range(of: replace), "the table names a text that is not there")
        let broken = text.replacingCharacters(range, with)
        let line = try #require(at.number(in: broken), "the table names a line that is not there")
        do throws(SpecificationError) {
            try read(Array(broken.utf8))
            Issue.record("the document was accepted", sourceLocation: sourceLocation)
        } catch {
            #expect(error.line == line, "\(error)", sourceLocation: sourceLocation)
            #expect(error.message.contains(says), "\(error)", sourceLocation: sourceLocation)
            #expect(error.description.hasPrefix("test.yaml:\(line): "), sourceLocation: sourceLocation)
        }
    }
}

extension String {
    /// The first occurrence of a text; the tests need no Foundation for this.
    func range(of text: String) -> Range<Index>? {
        ranges(of: text).first
    }

    func replacingCharacters(_ range: Range<Index>, _ replacement: String) -> String {
        self[..<range.lowerBound] + replacement + self[range.upperBound...]
    }
}

/// A small document that is consistent.
let shop = """
    openrpc: 1.3.2
    info: {title: Shop, version: 1.0.0}
    x-rpc:
      version: required
      params: optional
      batches: allowed
      batch-limit: 5
      notifications: silent
      errors:
        notPost: BadCall
        parseError: BadCall
        invalidRequest: BadCall
        methodNotFound: NoSuchMethod
        invalidParams: BadCall
        unauthorized: BadCall
        internalError: Failed
      code-ranges:
        payer: {minimum: -59, maximum: -50, data: required, text: replaceable}
        other: {minimum: -99, maximum: -90}
    methods:
      - name: Buy
        summary: Buy something.
        paramStructure: by-name
        params:
          - {name: amount, required: true, schema: {$ref: '#/components/schemas/Amount'}}
          - name: note
            schema: {type: [string, 'null'], minLength: 1, maxLength: 9}
        result:
          name: receipt
          schema:
            type: object
            additionalProperties: false
            required: [state]
            properties:
              state: {type: integer, enum: [1, 2]}
              tags: {type: array, minItems: 1, maxItems: 3, items: {type: string}}
        errors:
          - $ref: '#/components/errors/NoMoney'
          - $ref: '#/components/errors/NoShop'
      - name: Sell
        summary: Sell something.
        description: The other way round.
        x-source: sheet 1
        x-optional: true
        x-invalid-params: BadSale
        paramStructure: by-name
        params: []
        result: {name: done, schema: {const: true}}
        errors: []
    components:
      schemas:
        Amount: {type: integer, format: int64, minimum: 1, maximum: 900, examples: [5]}
      errors:
        BadCall: {code: -1, message: Bad call.}
        NoSuchMethod: {code: -2, message: No such method.}
        Failed: {code: -3, message: Failed.}
        BadSale: {code: -4, message: Bad sale.}
        NoMoney: {code: -50, message: No money.}
        NoShop: {code: -50, message: No shop.}
    x-errors:
      BadCall: {ru: Плохо., uz: Yomon.}
      NoSuchMethod: {data: required, ru: Нет метода., uz: Metod yoʻq.}
      Failed: {ru: Ошибка., uz: Xato.}
      BadSale: {ru: Плохая продажа., uz: Yomon savdo.}
      NoMoney: {range: payer, ru: Нет денег., uz: Pul yoʻq.}
      NoShop: {same-code-as: NoMoney, range: payer, ru: Нет магазина., uz: Doʻkon yoʻq.}
    """

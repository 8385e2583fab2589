import StrictJSON

/// The fiscal lines of an order that fit Payme's schema: what the schema cannot say, and what they add up to.
///
/// Source: payme.md 3.1.
struct FiscalLines {
    private var lines: [Line] = []
    /// Tiyin.
    private let shipping: Int64

    private struct Line {
        let price: Int64
        let count: ExactNumber
        let discount: Int64
    }

    /// - Throws: ``Problem`` for a count that is not above 0, a VAT that is not 0 to 100 %, or a code of anything but
    ///   17 digits.
    init(_ detail: JSONValue) throws {
        shipping = detail["shipping"]?["price"]?.integerValue ?? 0
        for (index, item) in (detail["items"]?.arrayValue ?? []).enumerated() {
            func field(_ name: String) -> String { "fiscal.items[\(index)].\(name)" }
            guard let count = item["count"].flatMap(ExactNumber.init) else { throw Self.tooFine(field("count")) }
            guard count.isAboveZero else { throw Problem.invalid(field("count"), "Must be above 0.") }
            guard let vat = item["vat_percent"].flatMap(ExactNumber.init) else {
                throw Self.tooFine(field("vat_percent"))
            }
            guard vat.isPercentage else { throw Problem.invalid(field("vat_percent"), "Must be from 0 to 100.") }
            let code = item["code"]?.stringValue ?? ""
            guard code.utf8.count == 17, code.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
                throw Problem.invalid(field("code"), "Must be 17 digits.")
            }
            lines.append(
                Line(
                    price: item["price"]?.integerValue ?? 0, count: count,
                    discount: item["discount"]?.integerValue ?? 0))
        }
    }

    private static func tooFine(_ field: String) -> Problem {
        Problem.unprocessable(field, "Must have at most 18 digits.")
    }

    /// Price × count − discount of every line, and the shipping, in tiyin. Nil if one of the products is no whole
    /// tiyin: payme.md does not say how it is rounded, so nobody can say what the lines come to.
    /// - Throws: ``Problem`` if it is beyond 64 bits.
    func sum() throws -> Int64? {
        let beyond = Problem.unprocessable("fiscal", "The lines add up to more than any amount.")
        var sum = Int128(shipping)
        var isWhole = true
        for line in lines {
            let (units, isExact) = line.count.times(line.price)
            // A product of 64 bits a line: as many lines as a body holds stay far within 128.
            guard let units = Int64(exactly: units) else { throw beyond }
            isWhole = isWhole && isExact
            sum += Int128(units) - Int128(line.discount)
        }
        guard let sum = Int64(exactly: sum) else { throw beyond }
        return isWhole ? sum : nil
    }
}

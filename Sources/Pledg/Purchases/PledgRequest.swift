import Foundation
public import Payments
public import Specification
import StrictJSON

/// A line of a basket.
public struct PledgLine: Sendable, Hashable {
    public var name: String
    /// Pieces.
    public var quantity: Int64
    /// Of one piece, minor units.
    public var unitAmount: Int64

    /// - Parameters:
    ///   - quantity: pieces.
    ///   - unitAmount: of one piece, minor units.
    public init(name: String, quantity: Int64, unitAmount: Int64) {
        self.name = name
        self.quantity = quantity
        self.unitAmount = unitAmount
    }
}

/// What a merchant asks for.
///
/// Source: pledg.md 7
public struct PledgRequest: Sendable, Hashable {
    /// The merchant's order: a registered one, or one that is made with this amount.
    public var reference: String
    public var organiserEmail: String
    public var organiserName: String?
    public var amount: Money
    /// What is bought; their sum is the amount.
    public var lines: [PledgLine]
    public var title: String?
    /// BCP 47.
    public var language: String?
    /// Where the payer's browser goes at the end.
    public var successURL: String?
    public var cancelURL: String?
    /// Nil: as the configuration says.
    public var onFailure: PledgConfiguration.OnFailure?
    /// Two requests with the same key are one; with the same key and another content the second is refused.
    public var idempotencyKey: String?

    /// See the fields.
    public init(
        reference: String, organiserEmail: String, organiserName: String? = nil, amount: Money, lines: [PledgLine],
        title: String? = nil, language: String? = nil, successURL: String? = nil, cancelURL: String? = nil,
        onFailure: PledgConfiguration.OnFailure? = nil, idempotencyKey: String? = nil
    ) {
        self.reference = reference
        self.organiserEmail = organiserEmail
        self.organiserName = organiserName
        self.amount = amount
        self.lines = lines
        self.title = title
        self.language = language
        self.successURL = successURL
        self.cancelURL = cancelURL
        self.onFailure = onFailure
        self.idempotencyKey = idempotencyKey
    }

    /// What two requests are compared by.
    var fingerprint: String {
        var fields: [String?] = [
            reference, organiserEmail, organiserName, String(amount.minor), amount.currency.code, title, language,
            successURL, cancelURL, onFailure?.rawValue,
        ]
        for line in lines { fields += [line.name, String(line.quantity), String(line.unitAmount)] }
        // With their lengths: no two lists of fields make the same text.
        return PledgID.hash(
            fields.map { field in field.map { "\($0.utf8.count):\($0)" } ?? "-" }.joined(separator: ","))
    }

    /// What is wrong with it; nil: nothing.
    func problem(_ limits: PledgSpecification.Limits) -> PledgRefusal? {
        guard (1...limits.amountMaximum).contains(amount.minor) else { return .amount(maximum: limits.amountMaximum) }
        guard (1...64).contains(reference.utf8.count), reference.utf8.allSatisfy(Self.isReference) else {
            return .field("reference", "1 to 64 letters, digits and + - . / : _")
        }
        guard !reference.hasPrefix(PledgID.orderPrefix) else {
            return .field("reference", "an id that does not begin with \(PledgID.orderPrefix)")
        }
        guard (1...limits.linesMaximum).contains(lines.count) else {
            return .field("lines", "1 to \(limits.linesMaximum) lines")
        }
        for text in [organiserName, title, language] + lines.map({ Optional($0.name) }) {
            guard let text else { continue }
            guard (1...limits.textLength).contains(text.unicodeScalars.count), Self.isText(text) else {
                return .field("text", "1 to \(limits.textLength) characters, none of them a control character")
            }
        }
        for url in [successURL, cancelURL].compactMap({ $0 }) where !Self.isURL(url, limits) {
            return .field("return URL", "an https address of at most \(limits.urlLength) characters")
        }
        var sum: Int64 = 0
        for line in lines {
            guard (1...limits.quantityMaximum).contains(line.quantity), line.unitAmount >= 0 else {
                return .field("lines", "quantities of 1 to \(limits.quantityMaximum), and amounts of 0 or more")
            }
            let (product, isBeyond) = line.quantity.multipliedReportingOverflow(by: line.unitAmount)
            let (next, isBeyondToo) = sum.addingReportingOverflow(product)
            if isBeyond || isBeyondToo { return .lines(difference: .max) }
            sum = next
        }
        return sum == amount.minor ? nil : .lines(difference: sum - amount.minor)
    }

    private static func isReference(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || "+-./:_".utf8.contains(byte)
    }

    private static func isText(_ text: String) -> Bool {
        !text.unicodeScalars.contains { scalar in
            let category = scalar.properties.generalCategory
            return category == .control || category == .lineSeparator || category == .paragraphSeparator
        }
    }

    private static func isURL(_ text: String, _ limits: PledgSpecification.Limits) -> Bool {
        guard text.utf8.count <= limits.urlLength, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let url = URLComponents(string: text), url.scheme?.lowercased() == "https", url.user == nil,
            url.password == nil
        else { return false }
        return !(url.host ?? "").isEmpty
    }
}

/// Why something was not done.
public enum PledgRefusal: Error, Sendable, Hashable {
    /// Not 1 to that many minor units.
    case amount(maximum: Int64)
    /// A field is not what is wanted.
    case field(String, String)
    /// What the lines are above the amount (or below it, if negative), minor units.
    case lines(difference: Int64)
    case address(PledgAddressError)
    case split(PledgSplitError)
    /// No gateway that is on takes that currency.
    case noGateway
    /// The key stands for another request.
    case otherRequest
    /// That purchase has the reference and is open.
    case referenceOpen(purchaseID: String)
    /// That purchase has the reference and is paid.
    case referencePaid(purchaseID: String)
    /// The merchant's order cannot be paid so.
    case order(Rejection)
    /// Nobody has such a link, or it is of no use any more.
    case link
    /// The purchase stands so, and that does not allow it.
    case phase(PledgSpecification.Phase)
    /// The time for it is over.
    case tooLate
    /// Somebody is paying that at this moment.
    case underWay
    /// It is paid already.
    case paid
    /// No member of that id, or it is the leader.
    case member
    /// These two are one address.
    case memberTwice(String, String)
    /// More than is left to be given back, or nothing.
    case refundAmount(left: Int64)
    /// There is none of that id.
    case notFound

    /// For people.
    public var message: String {
        switch self {
        case .amount(let maximum): "the amount is 1 to \(maximum) minor units"
        case .field(let field, let wanted): "\(field): \(wanted) is wanted"
        case .lines(let difference) where difference > 0: "the lines come to \(difference) more than the amount"
        case .lines(let difference): "the lines come to \(difference.magnitude) less than the amount"
        case .address(let error): error.description
        case .split(let error): error.description
        case .noGateway: "no gateway that is on takes that currency: choose another, or switch a gateway on"
        case .otherRequest: "the idempotency key was used for another request: take a new one"
        case .referenceOpen(let id): "purchase \(id) has this reference and is open: wait for its end or cancel it"
        case .referencePaid(let id): "purchase \(id) has this reference and is paid: take another reference"
        case .order: "the order cannot be paid so: look at its amount and its state"
        case .link: "this link is not valid: ask who sent it for a new one"
        case .phase: "that cannot be changed any more"
        case .tooLate: "the time for that is over"
        case .underWay: "a payment is under way: wait until it ends, then try again"
        case .paid: "it is paid already"
        case .member: "there is no such member"
        case .memberTwice(let first, let second): "\(first) and \(second) are one address: name each member once"
        case .refundAmount(let left): "at most \(left) minor units can be given back"
        case .notFound: "there is no such purchase"
        }
    }
}

import Payments
import Specification

extension PixCharge {
    /// How far the bank's clock may be from ours before it is not believed, milliseconds. Some banks label local time
    /// as UTC.
    private static let clockTolerance: Int64 = 600_000

    /// This charge with what the bank knows better: status, code, and the moment from which its time is counted.
    ///
    /// - Parameters:
    ///   - amount: what the charge asks for, centavos.
    ///   - now: milliseconds since 1970.
    func adopting(_ known: PixBankCharge, amount: Int64, merchant: BRCodeMerchant, at now: Int64) -> PixCharge {
        var charge = self
        switch known.status {
        case .active: charge.standing = .active
        case .completed: charge.standing = .completed
        case .removed: charge.standing = .removed
        case .removedByBank: charge.standing = .removedByBank
        case nil: break
        }
        charge.revision = known.revision
        if code == nil, isSame(as: known, amount: amount) {
            charge.code = Self.code(known, key: key, amount: amount, merchant: merchant)
        }
        // More seconds than a calendar has are no time.
        if let seconds = known.expirySeconds, (1...Int64(Int32.max)).contains(seconds) {
            charge.expirySeconds = seconds
        }
        let believed = (createdAt - Self.clockTolerance)...(max(now, createdAt) + Self.clockTolerance)
        let created = known.createdAt.flatMap { believed.contains($0) ? $0 : nil } ?? createdAt
        charge.expiresAt = created + charge.expirySeconds * 1_000
        return charge
    }

    /// Whether the bank has it for the same money to the same account.
    func isSame(as known: PixBankCharge, amount: Int64) -> Bool {
        known.txid == txid && (known.amount ?? amount) == amount && (known.key.map(isPaid(to:)) ?? true)
    }

    /// Whether that is the key of the account that this charge pays.
    func isPaid(to text: String) -> Bool { PixKey.isSame(text, as: key) }

    /// What the payer scans: the bank's text, if it is whole and asks for this charge; else one made of the location.
    ///
    /// Source: pix.md 3.2 (`pixCopiaECola` may be missing)
    private static func code(_ known: PixBankCharge, key: String, amount: Int64, merchant: BRCodeMerchant) -> String? {
        let location = known.location.flatMap { PixLocation($0) }
        if let text = known.code, let code = try? BRCode(text), code.amount.map({ $0.minor == amount }) ?? true {
            switch code.account {
            case .location(let place) where location == nil || place == location: return text
            case .key(let theirs, _, _) where PixKey.isSame(theirs, as: key) && code.amount != nil: return text
            case .location, .key, .recurrenceOnly: break
            }
        }
        return location.flatMap { try? BRCode(location: $0, merchant: merchant).text }
    }
}

extension PixKey {
    /// Whether that is the key, as banks write it: a telephone also without its plus.
    ///
    /// - Parameter key: ``text`` of a key.
    static func isSame(_ text: String, as key: String) -> Bool {
        text == key || (try? PixKey(text))?.text == key || (key.hasPrefix("+") && "+" + text == key)
    }
}

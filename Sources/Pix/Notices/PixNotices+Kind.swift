import Payments
import Storage

extension PixNotices {
    /// What a notice is to us.
    enum Kind: String, Sendable, CaseIterable {
        /// Of a charge of ours: the bank is asked, or believed where nobody can be asked and it is sure to be the bank.
        case ours = "ours"
        /// Of a charge of a bank that is not configured any more.
        case waiting = "its bank is not configured"
        /// Of a charge about which enough is to be asked already.
        case surplus = "more notices of one charge than are looked at"
        /// Of a static code, from somebody who may be anybody: the merchant's word alone counts.
        case unvouched = "nobody vouches for it"
        /// The same, of a code that is paid, and of another payment than the one before.
        case second = "a static code was perhaps paid twice"
        case foreign = "the key is not ours"
        case malformed = "it cannot be read"
        case unknown = "no charge of ours has the txid"

        /// Whether somebody should read of it.
        var isStrange: Bool { anomaly != nil || self == .surplus }

        var isWaiting: Bool { self == .ours || self == .waiting }

        var anomaly: PixAnomaly? {
            switch self {
            case .ours, .waiting, .surplus, .unvouched: nil
            case .second: .duplicatePayment
            case .malformed: .malformedNotice
            case .foreign: .foreignKey
            case .unknown: .unknownCharge
            }
        }
    }

    /// - Parameter hasSecret: the path of an authenticated notice holds a secret; else another merchant of the same bank
    ///   may have given it our address.
    static func kind(
        _ notice: PixNotice, ourKey: String, hasBank: Bool, hasSecret: Bool, in sql: any SQLSession
    ) throws -> Kind {
        guard !notice.e2eID.isEmpty else { return .malformed }
        let charge = try notice.txid.flatMap { try PixCharge.find(txid: $0, in: sql) }
        if let key = notice.key, !PixKey.isSame(key, as: charge?.key ?? ourKey) { return .foreign }
        guard let charge else { return .unknown }
        if charge.provider == .static {
            if notice.isAuthenticated, hasSecret || notice.key != nil { return .ours }
            return try isSecond(notice, charge, in: sql) ? .second : .unvouched
        }
        if !notice.isAuthenticated,
            try PixNotice.unvouchedCount(txid: charge.txid, in: sql) >= Self.unvouchedMaximum
        {
            return .surplus
        }
        return hasBank ? .ours : .waiting
    }

    /// Whether a static code is paid, and not by the payment that the notice tells of.
    private static func isSecond(_ notice: PixNotice, _ charge: PixCharge, in sql: any SQLSession) throws -> Bool {
        let receipts = try PixReceipt.all(ofTransaction: charge.transactionID, in: sql)
            .filter { $0.standing != .underpaid }
        guard !receipts.isEmpty, !receipts.contains(where: { $0.e2eID == notice.e2eID }) else { return false }
        // The merchant's word has no id of a payment: the first that is told of is the one that it was about.
        if receipts.contains(where: { !$0.e2eID.hasPrefix(PixNotice.standInPrefix) }) { return true }
        return try PixNotice.tellsOfAnother(txid: charge.txid, than: notice.e2eID, .ignored, in: sql)
    }
}

public import Payments

/// A Pix BR Code: the text inside the QR image, which is also the "copia e cola".
///
/// Read one with ``init(_:)``, make one with ``init(key:merchant:amount:txid:info:withdrawalAgent:)`` (static, which a
/// merchant may do alone) or ``init(location:merchant:amount:isOneTime:recurrence:)`` (dynamic, when the bank gave a
/// location but no code). Whatever was read is written back the same, unknown fields included.
///
/// Source: pix.md 1
public struct BRCode: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// What is paid.
    public enum Account: Sendable, Hashable {
        /// A static code: a key, as it was written. `info` is a text for the payer; `withdrawalAgent` is the ISPB of
        /// who hands out cash.
        case key(String, info: String?, withdrawalAgent: String?)
        /// A dynamic code: the charge is fetched from the receiver's bank.
        case location(PixLocation)
        /// Nothing now; only a recurrence to agree to, see ``BRCode/recurrence``.
        case recurrenceOnly
    }

    /// What is paid.
    public internal(set) var account: Account
    /// Where a recurring payment (Pix Automático) is agreed to; nil if none is offered.
    public internal(set) var recurrence: PixLocation?
    /// The code says that it may be paid once only.
    public internal(set) var isOneTime: Bool
    /// More than zero, in centavos; nil if the payer chooses, or the charge behind the location says it.
    ///
    /// In a dynamic code it is a hint: the charge behind the location counts.
    public internal(set) var amount: Money?
    /// Field 52, four digits.
    public internal(set) var categoryCode: String
    /// Field 59, as it was written.
    public internal(set) var merchantName: String
    /// Field 60, as it was written.
    public internal(set) var merchantCity: String
    /// Field 61, as it was written.
    public internal(set) var postalCode: String?
    /// Field 62-05 unless it is `***`. Only in a static code does it mean something: see ``txid``.
    public internal(set) var label: String?
    /// What we would have written otherwise; empty for a code that was made here.
    public internal(set) var deviations: Set<BRCodeDeviation> = []

    /// The same as ``description``, so that a debug print tells no more.
    public var debugDescription: String { description }

    /// Every object of the root but the check sum, in the order of the text.
    let fields: [TLVField]

    /// The key of a static code, if it is one that exists and passes its check digits.
    public var key: PixKey? {
        guard case .key(let text, _, _) = account else { return nil }
        return try? PixKey(text)
    }

    /// The txid of a static code; nil if it has none, and for other codes: theirs is in the charge.
    public var txid: PixTxid? {
        guard case .key = account else { return nil }
        return label.flatMap { PixTxid(staticCode: $0) }
    }

    /// The code, to be shown as text or as a QR image.
    public var text: String {
        let checked = TLV.write(fields) + "6304"
        return checked + CRC16.text(checked.utf8)
    }

    /// Which kind it is, and nothing of the code: a key may be a tax number or a telephone, which belong into no log.
    public var description: String {
        switch account {
        case .key: "a static BR Code"
        case .location: "a dynamic BR Code"
        case .recurrenceOnly: "a BR Code for a recurrence"
        }
    }
}

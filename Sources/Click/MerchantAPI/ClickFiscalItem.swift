import StrictJSON

/// One line of a fiscal receipt. Amounts are tiyin, unlike those of payments.
///
/// Source: click.md 2 (fiscal `submit_items`).
public struct ClickFiscalItem: Sendable, Hashable {
    /// Whose goods they are.
    public enum Seller: Sendable, Hashable {
        /// A company's number, 9 digits.
        case tin(String)
        /// A person's number, 14 digits.
        case pinfl(String)
    }

    /// What was sold, its unit behind it; 63 characters at the most.
    public var name: String
    /// IKPU, 17 digits.
    public var spic: String
    /// Of the IKPU's package; 20 characters at the most.
    public var packageCode: String
    /// Of the whole line before discounts, tiyin.
    public var price: Int64
    /// How many.
    public var quantity: Int64
    /// Tiyin.
    public var vat: Int64
    /// Per cent.
    public var vatPercent: Int64
    /// Whose goods they are.
    public var seller: Seller
    /// Of one unit, tiyin; nil: not told.
    public var unitPrice: Int64?
    /// Code of the unit; nil: not told.
    public var units: Int64?
    /// 13 digits; nil: none.
    public var barcode: String?
    /// Marking codes, 300 at the most.
    public var labels: [String]
    /// Tiyin.
    public var discount: Int64?
    /// Another discount, tiyin.
    public var other: Int64?

    /// Nil for what the document forbids: a text of another length, a number below 0, a quantity of 0.
    public init?(
        name: String, spic: String, packageCode: String, price: Int64, quantity: Int64, vat: Int64, vatPercent: Int64,
        seller: Seller, unitPrice: Int64? = nil, units: Int64? = nil, barcode: String? = nil, labels: [String] = [],
        discount: Int64? = nil, other: Int64? = nil
    ) {
        let sellerFits =
            switch seller {
            case .tin(let number): Self.isNumber(number, of: 9)
            case .pinfl(let number): Self.isNumber(number, of: 14)
            }
        guard (1...63).contains(name.count), Self.isNumber(spic, of: 17), (1...20).contains(packageCode.count),
            price >= 0, quantity > 0, vat >= 0, (0...100).contains(vatPercent), sellerFits,
            [unitPrice, units, discount, other].allSatisfy({ ($0 ?? 0) >= 0 }),
            barcode.map({ (1...13).contains($0.count) }) ?? true, labels.count <= 300,
            labels.allSatisfy({ (1...21).contains($0.count) })
        else { return nil }
        self.name = name
        self.spic = spic
        self.packageCode = packageCode
        self.price = price
        self.quantity = quantity
        self.vat = vat
        self.vatPercent = vatPercent
        self.seller = seller
        self.unitPrice = unitPrice
        self.units = units
        self.barcode = barcode
        self.labels = labels
        self.discount = discount
        self.other = other
    }

    private static func isNumber(_ text: String, of digits: Int) -> Bool {
        text.utf8.count == digits && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    var json: JSONValue {
        var item: JSONObject = [
            "Name": .string(name), "SPIC": .string(spic), "PackageCode": .string(packageCode),
            "Price": .integer(price), "Amount": .integer(quantity), "VAT": .integer(vat),
            "VATPercent": .integer(vatPercent),
        ]
        item["CommissionInfo"] =
            switch seller {
            case .tin(let number): ["TIN": .string(number)]
            case .pinfl(let number): ["PINFL": .string(number)]
            }
        item["GoodPrice"] = unitPrice.map(JSONValue.integer)
        item["Units"] = units.map(JSONValue.integer)
        item["Barcode"] = barcode.map(JSONValue.string)
        item["Labels"] = labels.isEmpty ? nil : .array(labels.map(JSONValue.string))
        item["Discount"] = discount.map(JSONValue.integer)
        item["Other"] = other.map(JSONValue.integer)
        return .object(item)
    }
}

/// How much of a payment came in each way, tiyin.
public struct ClickReceived: Sendable, Hashable {
    /// By Click itself.
    public var electronic: Int64
    /// In cash.
    public var cash: Int64
    /// By card.
    public var card: Int64

    /// - Parameters:
    ///   - electronic: tiyin.
    ///   - cash: tiyin.
    ///   - card: tiyin.
    public init(electronic: Int64, cash: Int64 = 0, card: Int64 = 0) {
        self.electronic = electronic
        self.cash = cash
        self.card = card
    }
}

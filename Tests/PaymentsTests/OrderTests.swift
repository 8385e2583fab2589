import Payments
import Testing

@Suite("What an order takes")
struct OrderTests {
    static let cases = """
        kind        amount  minimum  maximum  paid                  currency  takes
        one_time    500000  -        -        500000                UZS       yes
        one_time    500000  -        -        499999                UZS       no
        one_time    500000  -        -        500001                UZS       no
        one_time    500000  -        -        0                     UZS       no
        one_time    500000  -        -        -500000               UZS       no
        one_time    500000  -        -        500000                RUB       no
        cumulative  -       -        -        1                     UZS       yes
        cumulative  -       -        -        0                     UZS       no
        cumulative  -       -        -        -1                    UZS       no
        cumulative  -       -        -        9223372036854775807   UZS       yes
        cumulative  -       -        -        1                     RUB       no
        cumulative  -       100      -        99                    UZS       no
        cumulative  -       100      -        100                   UZS       yes
        cumulative  -       -        200      200                   UZS       yes
        cumulative  -       -        200      201                   UZS       no
        cumulative  -       100      200      150                   UZS       yes
        cumulative  -       0        200      0                     UZS       no
        cumulative  -       -5       200      -5                    UZS       no
        """

    @Test("a one-time order takes its amount, a cumulative one what its limits allow", arguments: rows(cases))
    func takes(row: [String]) throws {
        let amount = Int64(row[1]).map { Money(minor: $0, currency: .uzs) }
        let order = Order(
            id: "A", kind: try #require(Order.Kind(rawValue: row[0])), amount: amount, currency: .uzs,
            minimum: Int64(row[2]), maximum: Int64(row[3]), createdAt: 0)
        let payment = Money(
            minor: try #require(Int64(row[4])), currency: try #require(Currency(code: row[5])))
        #expect(order.takes(payment) == (row[6] == "yes"))
    }
}

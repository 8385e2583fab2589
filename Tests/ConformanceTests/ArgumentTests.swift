import Conformance
import Testing

@Suite("Arguments")
struct ArgumentTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let change: @Sendable (inout ConformanceConfiguration) -> Void
        let refusal: String
        var testDescription: String { refusal }
    }

    @Test(
        "that make no sense are refused in a sentence",
        arguments: [
            Mistake(change: { $0.url = "shop.example" }, refusal: "The URL \"shop.example\" must begin with http://"),
            Mistake(change: { $0.url = "ftp://shop.example" }, refusal: "The URL \"ftp://shop.example\" must begin"),
            Mistake(
                change: { $0.url = "https://" },
                refusal: "The URL \"https://\" must begin with http:// or https://"),
            Mistake(change: { $0.url = "https://u:p@shop.example" }, refusal: "The URL holds a user or a password"),
            Mistake(change: { $0.key = "" }, refusal: "The key is empty: give the cashbox key."),
            Mistake(change: { $0.login = "Pay:com" }, refusal: "The login \"Pay:com\" must be a word without a colon."),
            Mistake(change: { $0.amount = 0 }, refusal: "The amount 0 must be a positive number of tiyin."),
            Mistake(change: { $0.amount = .max }, refusal: "The amount 9223372036854775807 must be a positive number"),
            Mistake(change: { $0.orders = [] }, refusal: "Orders are needed: give the ids of payable orders, or"),
            Mistake(change: { $0.orders = ["1", ""] }, refusal: "One of the order ids is empty"),
            Mistake(change: { $0.orders = ["1", "2", "1"] }, refusal: "The order 1 is given twice"),
            Mistake(change: { $0.accountField = "" }, refusal: "The account field is empty."),
            Mistake(change: { $0.merchantKey = "" }, refusal: "The merchant key is empty."),
            Mistake(change: { $0.only = ["sandbox-3"] }, refusal: "There is no scenario and no group of the name"),
            Mistake(
                change: { $0.gateway = "pledg" },
                refusal: "There are no scenarios for pledg; there are for payme, click, pix, yookassa."),
            Mistake(change: { $0.callMillisecondsMax = 0 }, refusal: "A call may take from 1 ms to 10 minutes"),
            Mistake(
                change: { $0.only = ["cumulative-transactions-stand-alone"] },
                refusal: "None of the scenarios asked for is for one_time orders."),
        ])
    func areRefused(mistake: Mistake) {
        var configuration = ConformanceConfiguration(url: "https://shop.example/payme", key: "key", amount: 1000)
        configuration.orders = ["1", "2"]
        mistake.change(&configuration)
        #expect {
            try ConformanceRun(configuration)
        } throws: { error in
            "\(error)".hasPrefix(mistake.refusal)
        }
    }
}

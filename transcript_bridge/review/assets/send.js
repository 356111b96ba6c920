import "./orders.js";
